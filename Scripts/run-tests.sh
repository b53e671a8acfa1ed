#!/usr/bin/env bash
# Runs the tests that are built and lists the slowest: run-tests.sh [OPTIONS OF swift test]
set -euo pipefail

times=$(mktemp)
trap 'rm -f "$times"' EXIT
# Tests wait for room on the machine by themselves (CROSSFADE_TEST_WIDTH of them run side by side), those that measure time
# apart from others. Each has to be let that far: one that waits must not keep others from beginning.
export CROSSFADE_TEST_TIMES=$times SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=10000

# In memory, where it has room (KB): a server makes and removes some 300 files for each test's database, and ext4 spends an
# eighth of the processor's time on finding free inodes among those just removed.
if [ -z "${CROSSFADE_CLUSTER_FOLDER:-}" ] && [ -w /dev/shm ] &&
    [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 6000000 ]; then
    export CROSSFADE_CLUSTER_FOLDER=/dev/shm
fi

status=0
"${SWIFT:-swift}" test --skip-build "$@" || status=$?
if [ -s "$times" ]; then
    echo
    echo "the slowest tests, all their cases together:"
    # A line of the file is a case: its seconds, a tab, the name of its test.
    awk -F '\t' '{ seconds[$2] += $1; cases[$2] += 1 }
        END { for (name in seconds) printf "%8.1f s %5d  %s\n", seconds[name], cases[name], name }' "$times" |
        sort -rn | sed -n '1,20p' | cut -c 1-150
    awk -F '\t' '{ seconds += $1 } END { printf "%8.1f s %5d  all tests that used the machine\n", seconds, NR }' "$times"
fi
exit "$status"
