#!/bin/bash
# Records the captures about what an Active Directory domain says, and what keeps clients from its domain controllers.
# With names (without suffix) as arguments, records these only. Needs up-ad.sh.
set -u
. "$(dirname "$0")/ad.sh"
$PY "$SCRIPTS/messages.py" "$LAB/mail"
beside='port 587 or port 88 or port 464 or port 53 or icmp'
export SMTPSCOPE_LAB_EXCHANGE=$MAIL FROM=$CLI AT=$CLI
# play NAME USER KINIT [CONF]: KINIT, then the dialogue of that name, which ends with NTLM as USER.
play() {
  local name=$1 user=$2 kinit=$3 conf=$KRB5_CONFIG
  [ $# -gt 3 ] && conf=$LAB/conf/krb5-$4.conf
  record "$name.pcap" eth0 "$beside" env KRB5_CONFIG="$conf" KRB5CCNAME="$LAB/cc/$name" NTLM_USER_FILE="$LAB/conf/ntlm.$user" \
    NETBIOS_COMPUTER_NAME=SP01 sh -c "$kinit; $PY $SCRIPTS/dialogues.py $name"
}
alice='echo Passw0rd-alice | kinit alice'

serve $MAIL:587 --layers=1
# The ticket-granting ticket is too big for UDP; the SPN is unknown. KDC and server are found by DNS.
play cause-ad-spn-unknown alice "$alice"
# The client makes the SPN of the name that DNS has for the server's address.
play cause-ad-reverse-name alice "$alice" rdns
# The client's clock is wrong. The error names neither client nor service.
wanted cause-ad-clock-skew && echo Passw0rd-alice | in_ns $CLI kinit -c "$LAB/cc/cause-ad-clock-skew" alice >/dev/null
play cause-ad-clock-skew alice 'export FAKETIME=+45m LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
# An account that two wrong passwords have locked.
if wanted cause-ad-account-locked; then
  for _ in 1 2 3; do echo wrong | in_ns $CLI kinit -c "$LAB/cc/none" bob >/dev/null 2>&1; done
  play cause-ad-account-locked bob 'echo Passw0rd-bob | kinit bob'
fi
# A password that must be changed first; the new one is too short.
play cause-ad-password-expired carol 'printf "Passw0rd-carol\nx\nx\n" | kinit carol'
# A disabled account, asked for in FAST: another account's ticket is the armor.
if wanted cause-ad-fast; then
  echo Passw0rd-alice | in_ns $CLI kinit -c "$LAB/cc/armor" alice >/dev/null
  play cause-ad-fast dave "echo Passw0rd-dave | kinit -T $LAB/cc/armor dave"
fi
# KDCs that do not serve.
if wanted cause-kdc-mute; then
  ip netns exec $SRV $PY -c "import socket,time; s=socket.create_server(('$MUTE', 88)); print('ready', flush=True); time.sleep(100)" >"$LAB/log/mute.log" 2>&1 </dev/null &
  SERVER_PIDS+=($!)
  wait_for ready "$LAB/log/mute.log"
  play cause-kdc-mute alice "$alice" mute
fi
play cause-kdc-port-closed alice "$alice" closed
play cause-kdc-prohibited alice "$alice" prohibited
# The first KDC is silent, the second one answers: none is to blame.
play cause-ad-second-kdc-answers alice "$alice" two

# The client's realm refers it to the server's, which does not know the service.
play cause-referral-spn-unknown alice "$alice" fabrikam
# So, but the KDC of the server's realm takes no connections.
sed "/PARTNER/,/}/s/kdc = .*/kdc = $CLOSED/" "$LAB/conf/krb5-fabrikam.conf" >"$LAB/conf/krb5-elsewhere.conf"
play cause-referral-kdc-unreachable alice "$alice" elsewhere
stop_servers
