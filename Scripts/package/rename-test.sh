#!/usr/bin/env bash
# Carries a rename to its end with the crossfade installed in a root: rename-test.sh ROOT
#
# For package-test.sh, which calls it in a mount namespace of its own with a server's DATABASE_URL.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
. "$scripts/facts.sh"
root=$1
plan=rename-profile-bio
crossfade=(inside DATABASE_URL="$DATABASE_URL" crossfade)
# One that waits for something that never comes must not wait for ever.
waiting=(inside DATABASE_URL="$DATABASE_URL" timeout 60 crossfade)

# The server's socket is in a folder of /tmp, which only its own user may enter; here others come through it.
folder=${DATABASE_URL#*host=}
folder=${folder%%&*}
chmod o+x "${folder//%2F//}"
mount --bind /tmp "$root/tmp"
mount --rbind /proc "$root/proc"

sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --command "$1" "$DATABASE_URL"; }

# is WANTED SQL
is() {
    local found
    found=$(sql "$2") || { echo "$found"; return 1; }
    [ "$found" = "$1" ] || { echo "'$found' instead of '$1'"; return 1; }
}

columns="SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = '\"Profile\"'::regclass AND attnum > 0 AND NOT attisdropped"

own_template() {
    local folder=$root/work/own/same_row
    mkdir -p "$folder"
    { echo '-- of my own'; cat "$scripts/../../Templates/same_row/expand.sql.mustache"; } >"$folder/expand.sql.mustache"
    sql 'CREATE TABLE users (id bigint PRIMARY KEY, mail text)'
    inside crossfade new rename_column --table users --from mail --to email --into own.yaml
    "${crossfade[@]}" --templates own generate own.yaml --into generated
    grep --recursive --quiet 'of my own' "$root/work/generated"
}

sql 'CREATE TABLE "Profile" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, bio text)'
sql 'CREATE INDEX "Profile_bio_idx" ON "Profile" (bio)'
sql "INSERT INTO \"Profile\" (bio) SELECT 'person ' || n FROM generate_series(1, 10000) n"

fact "new writes a plan" "${crossfade[@]}" new rename_column --table Profile --from bio --to biography
# At a pace for a test.
sed -i 's/observe: 10m/observe: 0s/; s/min_writes: 1/min_writes: 0/; s/soak: 24h/soak: 1s/; s/retain: 7d/retain: 1s/' \
    "$root/work/Plans/$plan.yaml"
fact "check finds nothing wrong" "${crossfade[@]}" check "$plan"
fact "preview shows its SQL" inside_shell "DATABASE_URL='$DATABASE_URL' crossfade preview $plan | grep 'ADD COLUMN'"

fact "expand" "${crossfade[@]}" advance "$plan"
fact "expand added the new column" is "id bio biography" "$columns"
fact "backfill" "${crossfade[@]}" advance "$plan"
fact "backfill copied every row" is 10000 'SELECT count(*) FROM "Profile" WHERE biography = bio'
fact "dual_write_check" "${crossfade[@]}" advance "$plan"
fact "enforce" "${crossfade[@]}" advance "$plan"
fact "enforce built the index" is 1 \
    "SELECT count(*) FROM pg_indexes WHERE tablename = 'Profile' AND indexdef LIKE '%(biography)'"
sql "UPDATE \"Profile\" SET biography = 'of the new version' WHERE id = 7"
fact "a write of the new column reaches the old one" is "of the new version" 'SELECT bio FROM "Profile" WHERE id = 7'
fact "contract waits for an approval" exits 3 "${crossfade[@]}" advance "$plan" --confirm "$plan"
fact "approve" "${crossfade[@]}" approve "$plan" contract
fact "contract" "${waiting[@]}" advance "$plan" --wait --confirm "$plan"
fact "contract took the old name away" is 0 \
    "SELECT count(*) FROM pg_attribute WHERE attrelid = '\"Profile\"'::regclass AND attname = 'bio'"
fact "rollback of contract" "${crossfade[@]}" rollback "$plan" --to enforce --confirm "$plan"
fact "rollback brought it back" is "of the new version" 'SELECT bio FROM "Profile" WHERE id = 7'
fact "an approval is needed anew" "${crossfade[@]}" approve "$plan" contract
fact "contract again" "${waiting[@]}" advance "$plan" --wait --confirm "$plan"
sleep 2
fact "purge" "${crossfade[@]}" purge "$plan" --confirm "$plan"
fact "purge left only the new column" is "id biography" "$columns"
fact "every row is there" is 10000 'SELECT count(*) FROM "Profile" WHERE biography IS NOT NULL'
fact "the run is completed" is completed 'SELECT state FROM crossfade.run'
fact "a template of one's own takes the place of the program's" own_template
conclude
