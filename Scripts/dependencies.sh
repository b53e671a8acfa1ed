#!/usr/bin/env bash
# Sees to it that the libraries and programs Crossfade is built from and tested with are there.
#
# Says nothing when they are. Installs what is missing with apt-get where it may; else names it and exits 1.
# `dependencies.sh test` also sees to what only tests need, validators for Tests/Schemas and a pooler; `package` to what packages are made
# with, and `package-test` to what tests them.
set -euo pipefail
purpose=${1:-}

has_header() {
    local folder
    for folder in ${CPATH//:/ } /usr/include /usr/local/include /opt/homebrew/include; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

has_package() {
    command -v pkg-config >/dev/null && pkg-config --exists "$1"
}

has_server() {
    local folder folders=("${CROSSFADE_PG_BIN:-}" "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin)
    command -v initdb >/dev/null && return 0
    for folder in "${folders[@]}"; do
        [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && return 0
    done
    return 1
}

# As Tests/Schemas/validate.sh looks for it.
has_json_schema() {
    local python
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import jsonschema' 2>/dev/null && return 0
    done
    return 1
}

missing() {
    command -v pkg-config >/dev/null || echo pkg-config
    # Without pkg-config the header in its usual place has to do as a sign.
    has_package libpq || has_header postgresql/libpq-fe.h || echo libpq-dev
    has_package yaml-0.1 || has_header yaml.h || echo libyaml-dev
    has_package libcrypto || has_header openssl/sha.h || echo libssl-dev
    has_header pg_query.h || echo libpg-query-dev
    has_server || echo postgresql
    case $purpose in
        test)
            command -v xmllint >/dev/null || echo libxml2-utils
            has_json_schema || echo python3-jsonschema
            command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || echo pgbouncer
            ;;
        package) command -v dpkg-shlibdeps >/dev/null || echo dpkg-dev ;;
        package-test)
            command -v mmdebstrap >/dev/null || echo mmdebstrap
            command -v psql >/dev/null || echo postgresql-client
            ;;
    esac
}

refuse() {
    echo "Crossfade needs what these Debian packages contain: ${packages[*]}" >&2
    echo "$1" >&2
    exit 1
}

# The server package makes and starts a cluster of its own, which nobody here needs: not while this script installs it.
install_packages() {
    local folder=/etc/postgresql-common/createcluster.d
    "${as_root[@]}" mkdir -p "$folder"
    echo "create_main_cluster = false" | "${as_root[@]}" tee "$folder/crossfade.conf" >/dev/null
    local status=0
    "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install --yes --no-install-recommends "${packages[@]}" || status=$?
    "${as_root[@]}" rm -f "$folder/crossfade.conf"
    return "$status"
}

packages=($(CPATH=${CPATH:-} missing))
[ "${#packages[@]}" -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
command -v apt-get >/dev/null || refuse "Install them by your system's own means (there is no apt-get here)."
"${as_root[@]}" true 2>/dev/null || refuse "Install them: sudo apt-get install ${packages[*]}"

echo "installing ${packages[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install_packages >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    refuse "They could not be installed; what apt-get said stands above."
fi
packages=($(CPATH=${CPATH:-} missing))
[ "${#packages[@]}" -eq 0 ] || refuse "They were installed, yet what they should contain was not found."
