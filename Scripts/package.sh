#!/usr/bin/env bash
# Packs a built crossfade as a tar archive and as a Debian package: package.sh BINARY OUTPUT
#
# The version is the program's own. The same program of the same commit gives the same bytes.
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: $0 BINARY OUTPUT" >&2; exit 64; }
binary=$1
output=$2
scripts=$(cd "$(dirname "$0")" && pwd)
version=$("$binary" --version | sed -n '1s/^\(crossfade \)\{0,1\}\([0-9][^ ]*\).*/\2/p')
[ -n "$version" ] || { echo "'$binary --version' does not begin with a version" >&2; exit 1; }
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$scripts" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
maintainer="${DEBFULLNAME:-$(git -C "$scripts" log -1 --format=%an)} <${DEBEMAIL:-$(git -C "$scripts" log -1 --format=%ae)}>"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

pack_archive() {
    local name=crossfade-$version-linux-$(uname -m)
    "$scripts/install.sh" "$binary" "$work/$name"
    tar --create --directory "$work" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner "$name" |
        gzip --best --no-name >"$output/$name.tar.gz"
}

# The libraries that the program needs, as the packages and versions that have them.
dependencies() {
    mkdir -p "$work/debian"
    printf 'Source: crossfade\n\nPackage: crossfade\nArchitecture: any\n' >"$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O -edeb/usr/bin/crossfade) | sed -n 's/^shlibs:Depends=//p'
}

pack_debian() {
    local root=$work/deb architecture size depends
    architecture=$(dpkg --print-architecture)
    ZSH_COMPLETIONS=share/zsh/vendor-completions "$scripts/install.sh" "$binary" "$root/usr"
    gzip --best --no-name "$root"/usr/share/man/man1/*.1
    gzip --best --no-name <"$scripts/../CHANGELOG.md" >"$root/usr/share/doc/crossfade/changelog.gz"
    mkdir "$root/DEBIAN"
    depends=$(dependencies)
    size=$(du --summarize --apparent-size --block-size=1024 "$root" | cut -f 1)
    cat >"$root/DEBIAN/control" <<CONTROL
Package: crossfade
Version: ${version/-/\~}
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Recommends: curl
Section: database
Priority: optional
Description: schema changes of live PostgreSQL databases, one proven phase at a time
 Crossfade changes columns, tables and relations of a live PostgreSQL database
 while old and new versions of the application keep running. One YAML plan
 describes the change. Crossfade carries it through phases that can be undone,
 and proves the data right between them.
 .
 Webhooks and the throttle signal url need curl.
CONTROL
    find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" '{}' +
    dpkg-deb --root-owner-group -Zxz --build "$root" "$output/crossfade_${version/-/\~}_$architecture.deb" >/dev/null
}

mkdir -p "$output"
rm -f "$output"/crossfade[-_]*.tar.gz "$output"/crossfade[-_]*.deb "$output/SHA256SUMS"
pack_archive
pack_debian
(cd "$output" && sha256sum -- *.deb *.tar.gz | tee SHA256SUMS)
