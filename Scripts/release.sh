#!/usr/bin/env bash
# Builds a product to run on machines without Swift and prints where it is: release.sh [PRODUCT]
#
# On Linux the Swift runtime is linked into it, as libpg_query always is; libpq, its libcrypto and libyaml stay the system's.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
product=${1:-crossfade}
# For `crossfade --version`.
export CROSSFADE_COMMIT=${CROSSFADE_COMMIT-$(git describe --always --abbrev=12 --dirty=+ --exclude='*' 2>/dev/null || true)}
options=(--scratch-path .build/static --configuration release --disable-local-rpath --product "$product")
if [ "$(uname -s)" = Linux ]; then options+=(--static-swift-stdlib -Xlinker --strip-all); fi
"$swift" build "${options[@]}" >&2
echo "$("$swift" build "${options[@]}" --show-bin-path)/$product"
