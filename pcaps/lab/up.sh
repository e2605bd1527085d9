#!/bin/bash
# Builds the lab and starts it: three network namespaces, a Kerberos realm, Postfix with Dovecot's and with Cyrus' SASL.
# Nothing outside $LAB and /etc/netns/smtplab-* is written. Run it with stdout to a file or a terminal, not to a pipe: daemons inherit it.
set -eu
. "$(dirname "$0")/lab.sh"

mkdir -p "$LAB"/{bin,conf,log,caps,live,keys,kdc,cc,mail}
chmod 755 "$LAB"
cp "$SCRIPTS"/ntlm_*.py "$LAB/bin/" # run by Dovecot, whose user need not be able to read the checkout

. "$SCRIPTS/up-network.sh"
. "$SCRIPTS/up-realm.sh"
. "$SCRIPTS/up-mail.sh"

in_ns $SRV ss -ltn | awk '{print $4}' | sort >"$LAB/log/listening"
echo "lab is up; listening: $(wc -l <"$LAB/log/listening") sockets"
