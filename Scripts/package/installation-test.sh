#!/usr/bin/env bash
# Looks at what the Debian package installed in a root, beside the unpacked tar archive: installation-test.sh ROOT ARCHIVE
#
# For package-test.sh, which calls it in a mount namespace of its own.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
. "$scripts/facts.sh"
root=$1
archive=$2
sources=$(realpath "$scripts/../..")
version=${archive##*/crossfade-}
version=${version%%-linux-*}
needed="ldd /usr/bin/crossfade"
share=/usr/share

has_manual() { inside_shell "zcat $share/man/man1/$1.1.gz | grep -E '^\.(TH|Dd) '"; }

has_licenses() {
    local name
    for name in LICENSE copyright licenses/swift.txt licenses/libpg_query.txt licenses/swift-argument-parser.txt; do
        [ -s "$root$share/doc/crossfade/$name" ] || { echo "$name is missing"; return 1; }
    done
}

# The names of a package's files, but for what Debian has in other places.
layout() { sed -n 's|^\./||; s|^usr/||; s|\.gz$||; s|zsh/vendor-completions|zsh/site-functions|; \|/changelog$|d; \|[^/]$|p' | sort; }
same_layout() {
    diff <(dpkg-deb --fsys-tarfile "$root/root/crossfade.deb" | tar --list | layout) \
        <(cd "$archive" && find . -type f | layout)
}

# In milliseconds, the median of 20 starts, before all other processes of the machine.
start_time() {
    local begin
    for _ in $(seq 20); do
        begin=$(date +%s%N)
        chrt --fifo 20 chroot "$root" /usr/bin/crossfade --version >/dev/null
        echo $((($(date +%s%N) - begin) / 1000000))
    done | sort -n | sed -n 10p
}

fact "without /proc it says why it cannot read its arguments" \
    inside_shell "crossfade --version 2>&1 | grep 'mount /proc'"
mount --rbind /proc "$root/proc"
fact "no Swift is there" fails inside_shell "find / -xdev -name 'libswift*' -o -xdev -name swiftc | grep ."
fact "no library is missing" fails inside_shell "$needed | grep 'not found'"
fact "no library of Swift, curl or libpg_query is needed" \
    fails inside_shell "$needed | grep -E 'libswift|libFoundation|libcurl|libpg_query'"
fact "--version" inside_shell "crossfade --version | grep -F '$version'"
fact "--version in an empty environment" inside_shell "env -i /usr/bin/crossfade --version | grep -F '$version'"
echo "        which takes $(start_time) ms"
fact "completions for bash" inside bash -n $share/bash-completion/completions/crossfade
fact "completions for zsh" inside_shell "head -n 1 $share/zsh/vendor-completions/_crossfade | grep '^#compdef crossfade'"
fact "completions for fish" inside grep --quiet "^complete -c '*crossfade'* " $share/fish/vendor_completions.d/crossfade.fish
pages=$(inside crossfade manual --list)
fact "manual pages" test -n "$pages"
for page in $pages; do fact "manual page $page" has_manual "$page"; done
fact "the JSON Schema is that of the sources" cmp "$sources/Docs/reference/plan.schema.json" "$root$share/crossfade/plan.schema.json"
fact "the example plans are valid" inside crossfade --plans $share/crossfade/Plans check --offline
fact "licences" has_licenses
fact "the tar archive has the same program" cmp "$root/usr/bin/crossfade" "$archive/bin/crossfade"
fact "the tar archive has the same files" same_layout
install -D "$archive/bin/crossfade" "$root/work/alone/cf"
fact "the program alone is enough" \
    inside alone/cf new rename_column --table users --from mail --to email --into alone.yaml
conclude
