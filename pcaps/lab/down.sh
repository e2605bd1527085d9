#!/bin/bash
# Stops what up.sh started, by the process ids that were written down, and removes the namespaces.
# The realm stays, so that lab.keytab goes on opening the tickets of captures that are not recorded anew; so do captures and logs.
. "$(dirname "$0")/lab.sh"

in_ns $SRV postfix -c "$LAB/postfix" stop >/dev/null 2>&1
for file in "$LAB/dovecot/master.pid" "$LAB/krb5kdc.pid"; do
  runs "$file" && kill "$(cat "$file")"
  while runs "$file"; do sleep 0.1; done
  rm -f "$file"
done
for ns in $SRV $CLI $WIRE; do
  ip netns del $ns 2>/dev/null
  rm -rf "/etc/netns/$ns"
done
rm -rf "$LAB/cc" "$LAB/spool" "$LAB/postfix-data" "$LAB/mail"
