#!/bin/bash
# Writes the sha256 of every capture into its row of pcaps/README.md. Run it after recording.
set -eu
cd "$(dirname "$0")/.."
for file in *.pcap *.pcapng *.pcap.gz; do
  sum=$(sha256sum "$file" | cut -d' ' -f1)
  grep -qF "| \`$file\` |" README.md || echo "README.md has no row for $file" >&2
  sed -i -E "s/^(\| \`${file//./\\.}\` \|.*\| \`)[0-9a-f]*(\` \|)$/\1$sum\2/" README.md
done
