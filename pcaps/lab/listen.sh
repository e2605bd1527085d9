#!/bin/bash
# listen.sh PROGRAM [NAME...]: plays what the record-*.sh record once more, while PROGRAM (a built smtpscope) listens live, and leaves what
# it says in $LAB/live/NAME.json. Builds a lab of its own and takes it down again. Needs install.sh, and root.
set -eu
LISTENER=$(realpath "$1")
shift
export LISTENER LAB_NAME=${LAB_NAME:-smtplive}
. "$(dirname "$0")/lab.sh"
trap '"$SCRIPTS/down.sh"' EXIT
"$SCRIPTS/up.sh" >"$LAB.up" 2>&1 || { cat "$LAB.up"; exit 1; }
rm -f "$LAB"/live/*
for what in auth mail wire; do "$SCRIPTS/record-$what.sh" "$@"; done
