# Paths and verbs of the lab, sourced by the other scripts: in_ns, runs, ticket, serve, stop_servers, record, publish.
# $LAB_NAME is that of another lab beside the usual one.

LAB=${TMPDIR:-/tmp}/${LAB_NAME:-smtpscope-lab}
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PCAPS=$(dirname "$SCRIPTS")
SRV=${LAB_NAME:-smtplab}-srv   # servers, and the clients of everything that is recorded on loopback
CLI=${LAB_NAME:-smtplab}-cli   # the client behind the wire
WIRE=${LAB_NAME:-smtplab}-wire # the wire itself: wire.py between br0 and br1
PY=/usr/bin/python3 # Debian's: its gssapi module is a package

export KRB5_CONFIG=$LAB/conf/krb5.conf KRB5_KDC_PROFILE=$LAB/conf/kdc.conf

# A job that is to be stopped by its pid must not be started by in_ns: $! would be the pid of a subshell.
in_ns() { local ns=$1; shift; ip netns exec "$ns" "$@"; }

# runs PIDFILE: true while that process lives. A dead one that nobody has waited for yet has no exe any more.
runs() { [ -e "/proc/$(cat "$1" 2>/dev/null || echo none)/exe" ]; }

# wait_for PATTERN FILE: until the pattern stands in the file, a minute at most.
wait_for() {
  for _ in $(seq 600); do grep -qE "$1" "$2" 2>/dev/null && return; sleep 0.1; done
  echo "no '$1' in $2" >&2
  return 1
}

# ticket USER [CACHE [kinit options]]: a fresh TGT in $LAB/cc/CACHE.
ticket() {
  local user=$1 cache=${2:-$1}
  shift; [ $# -gt 0 ] && shift
  echo "Passw0rd-$user" | in_ns $SRV kinit -c "$LAB/cc/$cache" "$@" "$user" >/dev/null
}

# serve ADDRESS:PORT [option=value...]: one stand-in for Exchange, alive until stop_servers.
SERVER_PIDS=()
serve() {
  local log=$LAB/log/exchange-$1.log
  : >"$log"
  ip netns exec $SRV env KRB5_KTNAME="$LAB/kdc/smtp.keytab" NTLM_USER_FILE="$LAB/conf/ntlm.server" \
    NETBIOS_COMPUTER_NAME=EXCH01 NETBIOS_DOMAIN_NAME=CONTOSO SMTPSCOPE_LAB="$LAB" \
    $PY "$SCRIPTS/exchange_standin.py" "$@" >"$log" 2>&1 </dev/null &
  SERVER_PIDS+=($!)
  wait_for ready "$log"
}
stop_servers() {
  local pid
  for pid in "${SERVER_PIDS[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  SERVER_PIDS=()
}

# record FILE INTERFACE FILTER COMMAND...: runs COMMAND in the client's namespace ($FROM, else $SRV) while the
# interface of $AT (else $SRV) is captured into pcaps/FILE, by dumpcap for .pcapng and tcpdump for .pcap.
# $CAPTURE_OPTIONS go to the capturing program. The client's own output stays in $LAB/log/NAME.client.
# With $LISTENER, that program listens in their place, and what it says goes to $LAB/live/NAME.json.
record() {
  local file=$1 interface=$2 filter=$3 name=${1%%.*}
  shift 3
  local out=$LAB/caps/${file%.gz} log=$LAB/log/$name.capture ports
  wanted "$name" || return 0
  [ -n "${LISTENER:-}" ] && out=$LAB/live/$name.json
  ports=$(grep -oE '[0-9]+' <<<"$filter" | grep -vx 88 | paste -sd,) # 88 is beside SMTP, not SMTP
  rm -f "$out" "$log"
  case ${LISTENER:+live}$file in
  live*) ip netns exec "${AT:-$SRV}" "$LISTENER" ${CAPTURE_OPTIONS:-} -i "$interface" --ports "$ports" --keytab "$LAB/kdc/smtp.keytab" --format json >"$out" 2>"$log" </dev/null & ;;
  *.pcapng) ip netns exec "${AT:-$SRV}" dumpcap -q ${CAPTURE_OPTIONS:-} -i "$interface" -f "$filter" -w "$out" 2>"$log" </dev/null & ;;
  # Without --immediate-mode the last packets of a short dialogue are lost at SIGINT.
  *) ip netns exec "${AT:-$SRV}" tcpdump -Z root -B 32768 --immediate-mode -U -n ${CAPTURE_OPTIONS:-} -i "$interface" -w "$out" "$filter" 2>"$log" </dev/null & ;;
  esac
  local pid=$!
  wait_for 'listening on|File:' "$log"
  [ -n "${LISTENER:-}" ] || sleep 0.2
  in_ns "${FROM:-$SRV}" timeout 100 "$@" >"$LAB/log/$name.client" 2>&1 </dev/null || echo "$name: client ended with $?"
  # The last acknowledgements, and LMTP behind the mail. Who listens has the former when the client has ended, and says when the latter is over.
  case ${LISTENER:+live}${LINGER:+behind} in
  live) ;;
  livebehind) wait_for '"type":"session"' "$out" ;;
  *) sleep "${LINGER:-0.6}" ;;
  esac
  kill -INT $pid
  wait $pid || echo "$name: capture ended with $?"
  publish "$file"
}

# publish FILE: puts a finished capture of $LAB/caps into pcaps, packed if the name says so.
publish() {
  [ -n "${LISTENER:-}" ] && return
  case $1 in
  *.gz) gzip -9 -n -c "$LAB/caps/${1%.gz}" >"$PCAPS/$1" ;;
  *.pcapng) $PY "$SCRIPTS/forget_machine.py" "$LAB/caps/$1" "$PCAPS/$1" ;;
  *) cp "$LAB/caps/$1" "$PCAPS/$1" ;;
  esac
  printf '%-50s %s packets\n' "$1" "$(capinfos -c -M "$PCAPS/$1" | awk '/Number of packets/{print $NF}')"
}

# wanted NAME: true if no names were given on the command line, or this one was.
WANTED=("$@")
wanted() { [ ${#WANTED[@]} -eq 0 ] || [[ " ${WANTED[*]} " == *" $1 "* ]]; }
