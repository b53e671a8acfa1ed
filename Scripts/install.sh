#!/usr/bin/env bash
# Installs a built crossfade and its templates: install.sh BINARY PREFIX
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: $0 BINARY PREFIX" >&2; exit 64; }
binary=$1
prefix=$2
templates=$(cd "$(dirname "$0")/../Templates" && pwd)

install -d "$prefix/bin"
install -m 755 "$binary" "$prefix/bin/crossfade"
# A template that is gone from the sources must not live on in an installation.
rm -rf "$prefix/share/crossfade/templates"
for family in "$templates"/*/; do
    folder=$prefix/share/crossfade/templates/$(basename "$family")
    install -d "$folder"
    install -m 644 "$family"* "$folder"
done
echo "installed $prefix/bin/crossfade"
