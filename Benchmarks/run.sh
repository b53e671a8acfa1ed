#!/usr/bin/env bash
# Measures a kind of change on a throw-away PostgreSQL of its own: run.sh CROSSFADE [KIND]
set -euo pipefail

folder=$(cd "$(dirname "$0")" && pwd)
crossfade=${1:?usage: run.sh CROSSFADE [KIND]}
kind=${2:-rename_column}
program=$folder/kinds/$kind.sh

if [ ! -x "$program" ]; then
    echo "there is no benchmark for $kind; there are: $(basename -s .sh "$folder"/kinds/*.sh | xargs)" >&2
    exit 64
fi
exec "$crossfade" cluster -- "$program" "$crossfade" </dev/null
