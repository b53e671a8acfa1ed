# Facts of a test in shell: sourced by the tests of the packages, which set `root`.

failures=0

# Says whether a fact holds, which it does when the command succeeds: fact NAME COMMAND...
fact() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "NOT OK  $name"
        [ -z "$said" ] || echo "$said" | sed 's/^/        /'
        failures=$((failures + 1))
    fi
}

# To be called last.
conclude() {
    [ "$failures" -eq 0 ] || { echo "$failures facts do not hold" >&2; exit 1; }
}

fails() { ! "$@"; }

# exits STATUS COMMAND...
exits() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$wanted" ] || { echo "exit $status instead of $wanted"; return 1; }
}

# Runs a command in the root, as an ordinary user in the folder /work: it may begin with NAME=VALUE.
inside() { chroot --userspec=nobody:nogroup "$root" /usr/bin/env --chdir=/work HOME=/work "$@"; }

# The same for a line of shell.
inside_shell() { inside sh -c "$1"; }
