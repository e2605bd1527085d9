#!/bin/bash
# Records the captures about the dialogue around AUTH: TLS, transactions, bodies, LMTP.
# With names (without suffix) as arguments, records these only. Needs up.sh.
set -u
. "$(dirname "$0")/lab.sh"
$PY "$SCRIPTS/messages.py" "$LAB/mail"
ticket alice

as_alice=(env KRB5CCNAME="$LAB/cc/alice")
curl_mail() { # curl_mail MESSAGE URL OPTION...: alice's mail to bob, whoever she proves to be
  local message=$1 url=$2
  shift 2
  curl=("${as_alice[@]}" curl -skv "$url/client.contoso.test" --mail-from alice@contoso.test --mail-rcpt bob@contoso.test -T "$LAB/mail/$message.eml" "$@")
}
play() { record "$1" lo "$2" $PY "$SCRIPTS/dialogues.py" "${1%%.*}"; } # play FILE FILTER

# TLS
curl_mail lab smtp://relay.contoso.test:587 --ssl-reqd -u alice:Passw0rd-alice --login-options AUTH=PLAIN
record starttls-opaque.pcap lo 'port 587' "${curl[@]}"
keys=$LAB/keys/keylog
curl_mail lab smtp://mail.contoso.test:587 --ssl-reqd -u alice@CONTOSO.TEST: --login-options AUTH=GSSAPI
rm -f "$keys"
record starttls-kerberos-secrets-inside.pcapng lo 'port 587' env SSLKEYLOGFILE="$keys" "${curl[@]}"
if wanted starttls-kerberos-secrets-inside && [ -z "${LISTENER:-}" ]; then
  name=starttls-kerberos-secrets-inside.pcapng
  editcap -F pcapng --inject-secrets "tls,$keys" "$LAB/caps/$name" "$LAB/caps/with-$name"
  mv "$LAB/caps/with-$name" "$LAB/caps/$name"
  publish $name
fi
curl_mail lab smtps://mail.contoso.test:465 --tls-max 1.2 -u 'CONTOSO\alice:Passw0rd-alice' --login-options AUTH=NTLM
rm -f "$keys"
record implicit-tls-465-ntlm.pcap lo 'port 465' env SSLKEYLOGFILE="$keys" "${curl[@]}"
wanted implicit-tls-465-ntlm && [ -z "${LISTENER:-}" ] && cp "$keys" "$PCAPS/implicit-tls-465-ntlm.keys"
serve 127.0.0.30:587 --starttls
play starttls-command-injection.pcap 'port 587'
stop_servers

# Transactions
curl_mail lab smtp://mail.contoso.test:25
record anonymous-relay.pcap lo 'port 25' "${curl[@]}"
play bdat-chunks.pcap 'port 25'
play pipelining-rejected-recipients.pcap 'port 25'
play end-of-data-smuggling.pcap 'port 25'
play rst-in-data.pcap 'port 25'
play proxy-protocol-v2.pcap 'port 2525'
LINGER=3 record lmtp-reply-per-recipient.pcap lo 'port 24' \
  swaks --server relay.contoso.test --ehlo client.contoso.test -f alice@contoso.test -t bob@lmtp.test,full@lmtp.test,nobody@lmtp.test --header 'Subject: lmtp-reply-per-recipient' --header 'Message-Id: <swaks@contoso.test>'

# Bodies
curl_mail mail-with-attachments smtp://relay.contoso.test:587 -u alice:Passw0rd-alice --login-options AUTH=LOGIN
record mail-with-attachments.pcap lo 'port 587' "${curl[@]}"
curl_mail body-quotes-smtp-session smtp://relay.contoso.test:25
record body-quotes-smtp-session.pcap lo 'port 25' "${curl[@]}"
