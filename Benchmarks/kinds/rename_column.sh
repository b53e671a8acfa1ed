#!/usr/bin/env bash
# First version: Crossfade's backfill of one text column against one UPDATE of the whole table, side by side on one
# server, on the same rows. Needs an empty database in DATABASE_URL: rename_column.sh CROSSFADE
#
# Every round makes the table anew for each contender. Medians are compared; only ratios are worth keeping, since the
# server runs without fsync and shares the machine.
set -euo pipefail

crossfade=${1:?usage: rename_column.sh CROSSFADE}
: "${DATABASE_URL:?names the database to measure on}"
rows=${ROWS:-500000}
rounds=${ROUNDS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for folder in "${CROSSFADE_PG_BIN:-}" "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin; do
    if [ -n "$folder" ]; then PATH=$PATH:$folder; fi
done

sql() {
    psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$DATABASE_URL"
}

make_table() {
    sql >/dev/null <<SQL
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS crossfade CASCADE;
DROP TABLE IF EXISTS "Profile";
CREATE TABLE "Profile" (id bigint PRIMARY KEY, "userId" bigint NOT NULL, bio text, "updatedAt" timestamptz NOT NULL);
INSERT INTO "Profile"
SELECT n, n, repeat(md5(n::text), 3), '2024-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, $rows) n;
VACUUM ANALYZE "Profile";
CHECKPOINT;
SQL
}

size() {
    sql <<<"SELECT pg_table_size('\"Profile\"')"
}

# note CONTENDER MEASURE VALUE
note() {
    echo "$3" >>"$work/$1.$2"
}

median() {
    sort -n "$work/$1" | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

growth() {
    awk -v before="$1" -v after="$(size)" 'BEGIN { printf "%.3f\n", after / before }'
}

# timed COMMAND…: its seconds in $seconds
timed() {
    local start=$EPOCHREALTIME
    "$@"
    seconds=$(awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", end - start }')
}

one_update() {
    sql <<<'UPDATE "Profile" SET biography = bio'
}

measure_update() {
    make_table
    sql <<<'ALTER TABLE "Profile" ADD COLUMN biography text'
    local before
    before=$(size)
    timed one_update
    note update whole "$seconds"
    note update growth "$(growth "$before")"
}

# The program finds the database in DATABASE_URL; what it says is of interest only when it fails.
advance() {
    "$crossfade" advance "$1" >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
}

measure_backfill() {
    local workers=$1 plan=$work/bench-$1.yaml before
    cat >"$plan" <<YAML
version: 1
name: bench-$workers
change:
  rename_column: {table: Profile, from: bio, to: biography}
phases:
  backfill: {workers: $workers}
YAML
    make_table
    advance "$plan" # expand
    before=$(size)
    timed advance "$plan" # backfill
    note "crossfade$workers" whole "$seconds"
    note "crossfade$workers" growth "$(growth "$before")"
    sql <<<"SELECT seconds FROM crossfade.step WHERE file = 'same_row/backfill' ORDER BY id LIMIT 1" \
        >>"$work/crossfade$workers.copy"
}

for round in $(seq "$rounds"); do
    echo "round $round of $rounds" >&2
    measure_update
    measure_backfill 1
    measure_backfill 2
done

# ratio FILE: the UPDATE's seconds over the contender's
ratio() {
    awk -v update="$(median update.whole)" -v other="$(median "$1")" 'BEGIN { printf "%.2f ×", update / other }'
}

cat <<TABLE
rename_column, first version: $rows rows, median of $rounds rounds, $(sql <<<"SELECT 'PostgreSQL ' || split_part(version(), ' ', 2)"), no fsync

| work | rows per second, against one UPDATE | table's size after, against before |
|---|---|---|
| one UPDATE of the table | 1.00 × | $(median update.growth) × |
| backfill, 1 worker: the copy alone | $(ratio crossfade1.copy) | $(median crossfade1.growth) × |
| backfill, 2 workers: the copy alone | $(ratio crossfade2.copy) | $(median crossfade2.growth) × |
| the whole phase, 1 worker, with program start and full check | $(ratio crossfade1.whole) | |
| the whole phase, 2 workers, with program start and full check | $(ratio crossfade2.whole) | |
TABLE
