#!/usr/bin/env bash
# Lays a built crossfade below a folder, with all that belongs to it: install.sh BINARY PREFIX
#
# The program itself writes its completions, manual pages and schema. ZSH_COMPLETIONS is zsh's folder below PREFIX.
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: $0 BINARY PREFIX" >&2; exit 64; }
binary=$(realpath "$1")
prefix=$2
sources=$(cd "$(dirname "$0")/.." && pwd)
zsh=${ZSH_COMPLETIONS:-share/zsh/site-functions}

# Writes what a command prints into a file below the prefix.
write() {
    local file=$prefix/$1
    shift
    install -d "$(dirname "$file")"
    "$@" >"$file"
    chmod 644 "$file"
}

# Licences and notices of what is linked into the program, where the build took it from.
write_licenses() {
    local folder toolchain libpg_query=/usr/share/doc/libpg-query-dev/copyright
    for folder in "$sources"/.build/static/checkouts/*/; do
        write "share/doc/crossfade/licenses/$(basename "$folder").txt" \
            find "$folder" -maxdepth 1 '(' -name 'LICENSE*' -o -name 'NOTICE*' ')' -exec cat '{}' +
    done
    toolchain=$(dirname "$(realpath "$(command -v "${SWIFT:-swift}")")")/..
    write share/doc/crossfade/licenses/swift.txt cat "$toolchain/share/swift/LICENSE.txt"
    # Only Debian's package has it in a known place.
    if [ -e "$libpg_query" ]; then write share/doc/crossfade/licenses/libpg_query.txt cat "$libpg_query"; fi
}

install -d "$prefix/bin"
install -m 755 "$binary" "$prefix/bin/crossfade"

write share/bash-completion/completions/crossfade "$binary" completions bash
write "$zsh/_crossfade" "$binary" completions zsh
write share/fish/vendor_completions.d/crossfade.fish "$binary" completions fish

pages=$("$binary" manual --list)
for page in $pages; do write "share/man/man1/$page.1" "$binary" manual "$page"; done

write share/crossfade/plan.schema.json "$binary" check --schema
# What is gone from the sources must not live on in an installation. Templates were once read from here.
rm -rf "$prefix/share/crossfade/templates" "$prefix/share/crossfade/Plans"
install -d "$prefix/share/crossfade/Plans" "$prefix/share/doc/crossfade"
install -m 644 "$sources"/Plans/*.yaml "$prefix/share/crossfade/Plans"
install -m 644 "$sources/LICENSE" "$sources/Scripts/package/copyright" "$prefix/share/doc/crossfade"
if [ "$(uname -s)" = Linux ]; then write_licenses; fi
echo "installed $prefix/bin/crossfade" >&2
