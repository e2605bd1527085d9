#!/bin/bash
# Records the captures about causes: Kerberos and DNS beside the session say why it was not Kerberos.
# With names (without suffix) as arguments, records these only. Needs up.sh.
set -u
. "$(dirname "$0")/lab.sh"
$PY "$SCRIPTS/messages.py" "$LAB/mail"
mail=$LAB/mail/lab.eml
envelope=(--mail-from alice@contoso.test --mail-rcpt bob@contoso.test -T "$mail")
beside='port 587 or port 88 or port 53'
# Each capture has a ticket-granting ticket of its own, so that every service ticket is asked for in it.
as_alice=(env KRB5CCNAME="$LAB/cc/causes" NTLM_USER_FILE="$LAB/conf/ntlm.alice" NETBIOS_COMPUTER_NAME=SP01)
play() { # play FILE FILTER ENVIRONMENT...: the dialogue that has the name of the capture
  local file=$1 filter=$2
  shift 2
  wanted "${file%%.*}" || return 0
  [ -n "${KEEP_TICKETS:-}" ] || ticket alice causes
  record "$file" lo "$filter" "$@" $PY "$SCRIPTS/dialogues.py" "${file%%.*}"
}

serve 127.0.0.30:587 --layers=1
play cause-target-is-ip.pcap "$beside" "${as_alice[@]}"

# A client that asks for Camellia only, of which the service has no key. Its ticket-granting ticket must have a session key of that kind.
if wanted cause-etype; then
  sed '/default_realm/a\ permitted_enctypes = camellia256-cts-cmac aes256-cts-hmac-sha1-96\n default_tgs_enctypes = camellia256-cts-cmac' "$KRB5_CONFIG" >"$LAB/conf/krb5-camellia.conf"
  kadmin.local -r CONTOSO.TEST -q 'setstr krbtgt/CONTOSO.TEST session_enctypes "camellia256-cts-cmac aes256-cts-hmac-sha1-96"' >>"$LAB/log/kadmin.log" 2>&1
  KRB5_CONFIG=$LAB/conf/krb5-camellia.conf ticket alice causes
  KEEP_TICKETS=1 play cause-etype.pcap "$beside" "${as_alice[@]}" KRB5_CONFIG="$LAB/conf/krb5-camellia.conf"
  kadmin.local -r CONTOSO.TEST -q 'delstr krbtgt/CONTOSO.TEST session_enctypes' >>"$LAB/log/kadmin.log" 2>&1
fi

# The client's clock is wrong: the KDC refuses.
ticket alice causes
KEEP_TICKETS=1 play cause-clock-skew.pcap "$beside" "${as_alice[@]}" faketime -f +45m

# Nothing listens at the KDC's port.
sed s/kdc.contoso.test:88/relay.contoso.test:88/ "$KRB5_CONFIG" >"$LAB/conf/krb5-refused.conf"
play cause-kdc-unreachable.pcap "$beside" "${as_alice[@]}" KRB5_CONFIG="$LAB/conf/krb5-refused.conf"

# RC4 is all that the service has a key for.
play cause-rc4-ticket.pcap "$beside" "${as_alice[@]}"
stop_servers

# The name that the client uses is an alias, and the SPN of the alias is unknown.
ip netns exec $SRV $PY "$SCRIPTS/name_server.py" 127.0.0.53 smtp.contoso.test=exch.contoso.test exch.contoso.test=127.0.0.30 >"$LAB/log/name_server.log" 2>&1 </dev/null &
SERVER_PIDS+=($!)
wait_for ready "$LAB/log/name_server.log"
serve 127.0.0.30:587 --layers=1
play cause-spn-unknown-for-alias.pcap "$beside" "${as_alice[@]}"
stop_servers

# The keytab has another key than the KDC.
serve 127.0.0.30:587 --error-token --auth='GSSAPI NTLM LOGIN'
play cause-wrong-account.pcap "$beside" "${as_alice[@]}"

# The ticket's life is over by the server's clock; the client's runs behind and does not see it.
stop_servers
sed '/default_realm/a\ clockskew = 5' "$KRB5_CONFIG" >"$LAB/conf/krb5-strict.conf"
if wanted cause-expired; then
  KRB5_CONFIG=$LAB/conf/krb5-strict.conf serve 127.0.0.30:587 --error-token
  ticket alice causes -l 20s
  in_ns $SRV env KRB5CCNAME="$LAB/cc/causes" kvno SMTPSVC/exch.contoso.test >/dev/null
  sleep 28
  KEEP_TICKETS=1 play cause-expired.pcap "$beside" "${as_alice[@]}" faketime -f -15s
  stop_servers
fi

# Kerberos and NTLM inside SPNEGO, and the server takes NTLM.
serve 127.0.0.30:587 --layers=1 --negotiate=ntlm
play cause-server-refused.pcap "$beside" "${as_alice[@]}"
stop_servers

# An account of the client's own machine.
serve 127.0.0.30:587 --layers=1
echo 'SP01:alice:Passw0rd-alice' >"$LAB/conf/ntlm.local"
cp "$LAB/conf/ntlm.server" "$LAB/conf/ntlm.domain"
cat "$LAB/conf/ntlm.local" >>"$LAB/conf/ntlm.server"
play cause-local-account.pcap "$beside" env KRB5CCNAME=/nonexistent NTLM_USER_FILE="$LAB/conf/ntlm.local" NETBIOS_COMPUTER_NAME=SP01 NETBIOS_DOMAIN_NAME=SP01
cp "$LAB/conf/ntlm.domain" "$LAB/conf/ntlm.server"
stop_servers

# Port 25 offers NTLM only, port 587 Kerberos as well; the KDC is in the capture.
play cause-not-offered-but-on-587.pcap 'port 25 or port 587 or port 88 or port 53' "${as_alice[@]}"

# TLS hides the login, and the ticket just before it does not.
if wanted hint-kerberos-under-tls; then
  ticket alice causes
  record hint-kerberos-under-tls.pcap lo "$beside" \
    "${as_alice[@]}" curl -skv --ssl-reqd smtp://relay.contoso.test:587/client.contoso.test "${envelope[@]}" -u alice@CONTOSO.TEST: --login-options AUTH=GSSAPI
fi

# Captures recorded at other times keep the keys that they need: those of this realm are added.
if ! cmp -s "$LAB/kdc/smtp.keytab" "$LAB/kdc/added.keytab"; then
  rm -f "$LAB/kdc/both.keytab"
  printf 'rkt %s\nrkt %s\nwkt %s\nq\n' "$PCAPS/lab.keytab" "$LAB/kdc/smtp.keytab" "$LAB/kdc/both.keytab" | ktutil >/dev/null
  cp "$LAB/kdc/both.keytab" "$PCAPS/lab.keytab"
  chmod 644 "$PCAPS/lab.keytab"
  cp "$LAB/kdc/smtp.keytab" "$LAB/kdc/added.keytab"
fi
