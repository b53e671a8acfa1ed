#!/usr/bin/env bash
# Installs the packages into a Debian without Swift and carries a rename through from there: package-test.sh [SUITE]
#
# As root, after `make package`. It takes half a minute, and a minute or two more the first time, when the suite comes from
# Debian's mirror. The server is a throw-away one outside, started by the program of the tar archive.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/package/facts.sh
packages=$PWD/.build/package
suite=${1:-$(. /etc/os-release && echo "$VERSION_CODENAME")}

# A Debian of the essential packages and apt, kept for the next run.
make_root() {
    local kept=.build/package-test/$suite.tar
    if [ ! -e "$kept" ]; then
        echo "loading Debian $suite" >&2
        mkdir -p "$(dirname "$kept")"
        mmdebstrap --quiet --variant=apt --format=tar "$suite" "$kept.part"
        mv "$kept.part" "$kept"
    fi
    root=$(mktemp -d "${TMPDIR:-/tmp}/crossfade-root.XXXXXX")
    trap 'rm -rf --one-file-system "$root"' EXIT
    tar --extract --file "$kept" --directory "$root"
    chmod 755 "$root"
    install -d -o nobody -g nogroup "$root/work"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
}

install_package() {
    cp "$packages"/crossfade_*.deb "$root/root/crossfade.deb"
    chroot "$root" apt-get update
    chroot "$root" apt-get install --yes --no-install-recommends /root/crossfade.deb
}

[ "$(id -u)" -eq 0 ] || { echo "only root can make a root and mount into it: sudo make package-test" >&2; exit 1; }
compgen -G "$packages/crossfade_*.deb" >/dev/null || { echo "there is no package yet: make package" >&2; exit 1; }
make_root
fact "the checksums are those of the packages" sh -c "cd '$packages' && sha256sum --check SHA256SUMS"
fact "apt installs the package and what it needs" install_package
conclude
mkdir "$root/archive"
tar --extract --gzip --file "$packages"/crossfade-*.tar.gz --directory "$root/archive"
archive=$(echo "$root"/archive/crossfade-*)
# Each in a mount namespace of its own: what is mounted into the root is gone before the root is removed.
unshare --mount Scripts/package/installation-test.sh "$root" "$archive" || failures=$((failures + 1))
"$archive/bin/crossfade" cluster -- unshare --mount Scripts/package/rename-test.sh "$root" || failures=$((failures + 1))
[ "$failures" -eq 0 ] || exit 1
