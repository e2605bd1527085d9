# Sourced by up.sh: namespaces, the wire between two of them, names.

cat >"$LAB/conf/hosts" <<'EOF'
127.0.0.1  localhost
127.0.0.10 mail.contoso.test
127.0.0.11 relay.contoso.test
127.0.0.20 cyrus.contoso.test
127.0.0.30 exch.contoso.test stale.contoso.test rc4.contoso.test nospn.contoso.test
127.0.0.88 kdc.contoso.test
::1        mail6.contoso.test
10.77.0.1  netmail.contoso.test
10.77.0.2  client.contoso.test
10.77.0.88 nokdc.contoso.test
EOF
for ns in $SRV $CLI $WIRE; do
  ip netns list | grep -q "^$ns\b" || ip netns add $ns
  in_ns $ns ip link set lo up
  mkdir -p /etc/netns/$ns # `ip netns exec` mounts these files over /etc
  cp "$LAB/conf/hosts" /etc/netns/$ns/hosts
  printf 'nameserver 127.0.0.53\noptions timeout:1 attempts:1\n' >/etc/netns/$ns/resolv.conf
done

# $SRV eth0 == br0 $WIRE br1 == eth0 $CLI; tr0 == tr1 is a trunk inside $WIRE for tagged frames.
if ! ip -n $SRV link show eth0 >/dev/null 2>&1; then
  ip link add eth0 netns $SRV type veth peer name br0 netns $WIRE
  ip link add eth0 netns $CLI type veth peer name br1 netns $WIRE
  ip -n $WIRE link add tr0 mtu 1504 type veth peer name tr1 mtu 1504 # room for the tag
  ip -n $SRV addr add 10.77.0.1/24 dev eth0
  ip -n $CLI addr add 10.77.0.2/24 dev eth0
  for end in $SRV:eth0 $CLI:eth0 $WIRE:br0 $WIRE:br1 $WIRE:tr0 $WIRE:tr1; do
    ns=${end%:*} link=${end#*:}
    # With offloading on, checksums are wrong and frames as big as 64 KiB.
    in_ns $ns ethtool -K $link tx off rx off gso off tso off gro off >/dev/null 2>&1
    in_ns $ns sysctl -qw net.ipv6.conf.$link.disable_ipv6=1
    ip -n $ns link set $link up
  done
  # nokdc: packets to it leave, and nobody is there to take them.
  ip -n $CLI neigh add 10.77.0.88 lladdr 02:00:00:00:00:88 dev eth0 nud permanent
fi
