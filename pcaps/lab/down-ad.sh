#!/bin/bash
# Stops what up-ad.sh started, and removes its namespaces and its domain.
. "$(dirname "$0")/ad.sh"

if runs "$LAB/samba.pid"; then
  kill "$(cat "$LAB/samba.pid")"
  while runs "$LAB/samba.pid"; do sleep 0.1; done
fi
for ns in $SRV $CLI; do
  ip netns del $ns 2>/dev/null
  rm -rf "/etc/netns/$ns"
done
rm -rf "$LAB/ad" "$LAB/cc" "$LAB/mail" "$LAB/samba.pid"
