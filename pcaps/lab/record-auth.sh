#!/bin/bash
# Records the captures about AUTH: what was offered, what was inside the token, what came of it.
# With names (without suffix) as arguments, records these only. Needs up.sh.
set -u
. "$(dirname "$0")/lab.sh"
$PY "$SCRIPTS/messages.py" "$LAB/mail"
ticket alice

mail=$LAB/mail/lab.eml
as_alice=(env KRB5CCNAME="$LAB/cc/alice" NTLM_USER_FILE="$LAB/conf/ntlm.alice" NETBIOS_COMPUTER_NAME=SP01)
no_ticket=(env KRB5CCNAME=/nonexistent NTLM_USER_FILE="$LAB/conf/ntlm.alice" NETBIOS_COMPUTER_NAME=SP01)
envelope=(--mail-from alice@contoso.test --mail-rcpt bob@contoso.test -T "$mail")
msmtp_mail='msmtp --domain=client.contoso.test --tls=off --tls-starttls=off -d -f alice@contoso.test "$@" bob@contoso.test <'$mail
swaks=(swaks --ehlo client.contoso.test -f alice@contoso.test -t bob@contoso.test --auth-user alice --auth-password Passw0rd-alice)
headers=(--header 'Subject: lab' --header 'Message-Id: <swaks@contoso.test>') # swaks would put the name of this machine in it
gsasl=(gsasl --smtp --verbose --no-starttls --no-cb -a alice -p Passw0rd-alice)
play() { # play FILE FILTER ENVIRONMENT...: the dialogue that has the name of the capture
  local file=$1 filter=$2
  shift 2
  record "$file" lo "$filter" "$@" $PY "$SCRIPTS/dialogues.py" "${file%%.*}"
}

# NTLM by its own name
record ntlm-on-25-only-ntlm-offered.pcap lo 'port 25' \
  curl -sv smtp://mail.contoso.test:25/client.contoso.test "${envelope[@]}" -u 'CONTOSO\alice:Passw0rd-alice' --login-options AUTH=NTLM
record ntlmv1-on-cyrus.pcap lo 'port 587' \
  sh -c "$msmtp_mail" sh --host=cyrus.contoso.test --port=587 --auth=ntlm --user=alice --passwordeval='echo Passw0rd-alice'
play ipv6-ntlm-initial-response.pcap 'port 25' "${no_ticket[@]}"
play ntlm-wrong-password-mail-all-the-same.pcap 'port 25' "${no_ticket[@]}" NTLM_USER_FILE="$LAB/conf/ntlm.wrong"
play ntlm-on-25-kerberos-on-587-same-server.pcapng 'port 25 or port 587' "${as_alice[@]}"

# Kerberos without SPNEGO
record kerberos-raw-on-587.pcap lo 'port 587' \
  "${as_alice[@]}" sh -c "$msmtp_mail" sh --host=mail.contoso.test --port=587 --auth=gssapi --user=alice
record kerberos-raw-no-mutual.pcapng lo 'port 587 or port 88' \
  "${as_alice[@]}" curl -sv smtp://relay.contoso.test:587/client.contoso.test "${envelope[@]}" -u alice@CONTOSO.TEST: --login-options AUTH=GSSAPI
record gs2-krb5-refused-by-cyrus.pcap lo 'port 587' \
  "${as_alice[@]}" gsasl --smtp --mechanism=GS2-KRB5 --verbose --no-starttls --no-cb -a alice --service=smtp --hostname=cyrus.contoso.test --connect=cyrus.contoso.test:587

# Negotiate behind the name GSSAPI
serve 127.0.0.30:587 --layers=1
play kerberos-in-spnego-on-587.pcap 'port 587' "${as_alice[@]}"
play gssapi-ntlm-in-spnego.pcap 'port 587' "${no_ticket[@]}"
play gssapi-bare-ntlm.pcap 'port 587' "${no_ticket[@]}"
play spn-unknown-then-ntlm.pcap 'port 587 or port 88' "${as_alice[@]}"
stop_servers
serve 127.0.0.30:587
serve 127.0.0.30:25 --auth=NTLM
play kerberos-in-spnego-rc4-ticket.pcap 'port 587' "${as_alice[@]}"
play x-exps-gssapi-on-25.pcap 'port 25' "${as_alice[@]}"
stop_servers
serve 127.0.0.30:587 --layers=1 --negotiate=ntlm
play gssapi-server-chooses-ntlm.pcap 'port 587' "${as_alice[@]}"
stop_servers
serve 127.0.0.30:587 --layers=7
play sasl-integrity-layer.pcap 'port 587' "${as_alice[@]}"
stop_servers
play gss-spnego-kerberos-on-cyrus.pcap 'port 587' "${as_alice[@]}"

# Kerberos that fails, and what the client does then
serve 127.0.0.30:587 --error-token --auth='GSSAPI NTLM LOGIN'
play kerberos-stale-key-then-ntlm.pcap 'port 587' "${as_alice[@]}"
# The ticket must be in the cache before the clock goes wrong, or the KDC is the one that refuses.
in_ns $SRV env KRB5CCNAME="$LAB/cc/alice" kvno SMTPSVC/exch.contoso.test >/dev/null
play kerberos-clock-skew-then-login.pcap 'port 587' "${as_alice[@]}" faketime -f +45m
stop_servers
play kerberos-refused-by-dovecot-then-ntlm.pcap 'port 587' "${as_alice[@]}"
play gssapi-cancelled-then-ntlm.pcap 'port 587' "${no_ticket[@]}"
record gssapi-given-up-without-a-ticket.pcap lo 'port 587' \
  env KRB5CCNAME=/nonexistent curl -sv smtp://relay.contoso.test:587/client.contoso.test "${envelope[@]}" -u alice@CONTOSO.TEST: --login-options AUTH=GSSAPI

# Passwords and challenges
record login-in-the-clear.pcap lo 'port 587' "${swaks[@]}" --server relay.contoso.test -p 587 --auth LOGIN "${headers[@]}"
record plain-in-the-clear.pcap lo 'port 587' \
  curl -sv smtp://relay.contoso.test:587/client.contoso.test "${envelope[@]}" -u alice:Passw0rd-alice --login-options AUTH=PLAIN
record cram-md5.pcap lo 'port 587' "${swaks[@]}" --server relay.contoso.test -p 587 --auth CRAM-MD5 "${headers[@]}"
record scram-sha-256.pcapng lo 'port 587' "${gsasl[@]}" --mechanism=SCRAM-SHA-256 --connect=relay.contoso.test:587
record digest-md5-wrong-password.pcap lo 'port 587' \
  "${gsasl[@]/Passw0rd-alice/Wrong}" --mechanism=DIGEST-MD5 -r contoso.test --service=smtp --hostname=mail.contoso.test --quality-of-protection=qop-auth --connect=relay.contoso.test:587
jwt=$($PY "$SCRIPTS/oauth_token.py" alice@contoso.test)
record oauthbearer.pcap lo 'port 587' \
  curl -sv smtp://relay.contoso.test:587/client.contoso.test "${envelope[@]}" -u alice@contoso.test --oauth2-bearer "$jwt" --login-options AUTH=OAUTHBEARER
record oauthbearer-refused.pcap lo 'port 587' \
  curl -sv smtp://relay.contoso.test:587/client.contoso.test "${envelope[@]}" -u alice@contoso.test --oauth2-bearer not-a-token --login-options AUTH=OAUTHBEARER

if [ -z "${LISTENER:-}" ]; then
  cp "$LAB/kdc/smtp.keytab" "$PCAPS/lab.keytab"
  chmod 644 "$PCAPS/lab.keytab"
fi
