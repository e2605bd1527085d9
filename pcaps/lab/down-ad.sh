#!/bin/bash
# Stops what up-ad.sh started, and removes its namespaces and its domain.
. "$(dirname "$0")/ad.sh"

for file in "$LAB/samba.pid" "$LAB/krb5kdc.pid"; do
  runs "$file" && kill "$(cat "$file")"
  while runs "$file"; do sleep 0.1; done
done
for ns in $SRV $CLI; do
  ip netns del $ns 2>/dev/null
  rm -rf "/etc/netns/$ns"
done
rm -rf "$LAB/ad" "$LAB/cc" "$LAB/kdc" "$LAB/mail" "$LAB/samba.pid" "$LAB/krb5kdc.pid"
