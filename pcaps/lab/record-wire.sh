#!/bin/bash
# Records one dialogue, Kerberos and a mail of some thirty segments, over a wire that loses, reorders, doubles or tags,
# and in captures that see it twice, late, or cut; and NTLM because of a KDC beyond the wire that does not answer. With names (without suffix) as arguments, records these only. Needs up.sh.
set -u
. "$(dirname "$0")/lab.sh"
ticket alice
# The KDC is not reachable through the wire: the service ticket comes along.
in_ns $SRV env KRB5CCNAME="$LAB/cc/alice" kvno smtp/netmail.contoso.test >/dev/null

wire() { # wire MODE [SEED]: starts wire.py
  local log=$LAB/log/wire-$1
  : >"$log"
  ip netns exec $WIRE $PY "$SCRIPTS/wire.py" "$@" >"$log" 2>&1 </dev/null &
  WIRE_PID=$!
  wait_for ready "$log"
}
cut_wire() { kill $WIRE_PID; wait $WIRE_PID 2>/dev/null; }
over_wire() { # over_wire FILE INTERFACE FILTER
  FROM=$CLI AT=$WIRE record "$@" env KRB5CCNAME="$LAB/cc/alice" $PY "$SCRIPTS/dialogues.py" over-the-wire
}

wire clean
over_wire clean-wire.pcap br1 'port 587'
over_wire any-interface-seen-twice.pcap any 'port 587'
CAPTURE_OPTIONS='-s 200' over_wire snaplen-200.pcap br1 'port 587'
ticket alice tgt # this cache has no service ticket, and $KRB5_CONFIG of this client names a KDC that is not there
FROM=$CLI AT=$WIRE record kdc-unreachable-then-ntlm.pcap br1 'port 587 or port 88' \
  env KRB5_CONFIG="$LAB/conf/krb5-nokdc.conf" KRB5CCNAME="$LAB/cc/tgt" NTLM_USER_FILE="$LAB/conf/ntlm.alice" NETBIOS_COMPUTER_NAME=SP01 \
  $PY "$SCRIPTS/dialogues.py" kdc-unreachable-then-ntlm
cut_wire
wire bad 7
over_wire bad-wire.pcap.gz br0 'port 587'
cut_wire
wire vlan
over_wire vlan-tagged.pcap tr0 'vlan and port 587' # the filter `port 587` does not match a tagged frame
cut_wire
[ -n "${LISTENER:-}" ] && exit

# From the same packets as clean-wire: a capture that was started late, and one that lost a segment of the mail.
if wanted midstream-start; then
  editcap -F pcap "$LAB/caps/clean-wire.pcap" "$LAB/caps/midstream-start.pcap" 1-6
  publish midstream-start.pcap
fi
if wanted midstream-in-data; then
  frame=$(tshark -r "$LAB/caps/clean-wire.pcap" -Y 'tcp.dstport==587 && tcp.len==1448' -T fields -e frame.number 2>/dev/null | sed -n 10p)
  editcap -F pcap "$LAB/caps/clean-wire.pcap" "$LAB/caps/midstream-in-data.pcap" "1-$frame"
  publish midstream-in-data.pcap
fi
if wanted gap-in-mail; then
  frame=$(tshark -r "$LAB/caps/clean-wire.pcap" -Y 'tcp.dstport==587 && tcp.len==1448' -T fields -e frame.number 2>/dev/null | sed -n 12p)
  editcap -F pcap "$LAB/caps/clean-wire.pcap" "$LAB/caps/gap-in-mail.pcap" "$frame"
  publish gap-in-mail.pcap
fi
