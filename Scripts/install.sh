#!/usr/bin/env bash
# Installs a built crossfade: install.sh BINARY PREFIX
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: $0 BINARY PREFIX" >&2; exit 64; }
binary=$1
prefix=$2

install -d "$prefix/bin"
install -m 755 "$binary" "$prefix/bin/crossfade"
# Earlier programs read templates from here.
rm -rf "$prefix/share/crossfade/templates"
echo "installed $prefix/bin/crossfade"
