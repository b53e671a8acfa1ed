#!/usr/bin/env bash
# Runs the tests that are built, lists the slowest, and at last what failed: run-tests.sh [OPTIONS OF swift test]
set -euo pipefail

times=$(mktemp)
output=$(mktemp)
trap 'rm -f "$times" "$output"' EXIT
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
"${SWIFT:-swift}" test --skip-build "$@" 2>&1 | tee "$output" || status=$?
if [ -s "$times" ]; then
    echo
    echo "the slowest tests, all their cases together:"
    # A line of the file is a case: its seconds, a tab, the name of its test.
    awk -F '\t' '{ seconds[$2] += $1; cases[$2] += 1 }
        END { for (name in seconds) printf "%8.1f s %5d  %s\n", seconds[name], cases[name], name }' "$times" |
        sort -rn | sed -n '1,20p' | cut -c 1-150
    awk -F '\t' '{ seconds += $1 } END { printf "%8.1f s %5d  all tests that used the machine\n", seconds, NR }' "$times"
fi
if [ "$status" -ne 0 ]; then
    # At the very end, since logs of CI are often cut: what failed where, two lines of why, and the run's own last word.
    echo
    echo "what failed:"
    awk '/ Test .* recorded an issue/ {
            sub(/^[^ ]+ Test /, ""); sub(/ recorded an issue/, "")
            place = match($0, / at [^ ]+[.]swift:[0-9]+:/) ? RSTART : length($0) + 1
            print substr($0, 1, place < 100 ? place - 1 : 99) substr($0, place, 220)
            details = 2
            next
        }
        / Test run with .* failed/ || /^error: / { print substr($0, 1, 220) }
        !/^↳/ { details = 0 }
        details > 0 && sub(/^↳ /, "") && !/^\/\/\// { details -= 1; print "    " substr($0, 1, 180) }' "$output" | tail -n 39
fi
exit "$status"
