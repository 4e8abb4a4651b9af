# SPDX-License-Identifier: Apache-2.0
# What the build scripts of the peers share; each sources it with its own arguments.
# Leaves: $here (the peer's folder), $scratch (where to build). Tools that fail end the script with 1.
set -Eeuo pipefail
trap 'exit 1' ERR

# The peer or what builds it is not installed: the benchmark goes on without it.
unavailable() {
    echo "$(basename "$here"): $*" >&2
    exit 3
}

if [ $# -ne 1 ]; then
    echo "usage: $0 SCRATCH_DIR" >&2
    exit 1
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
scratch=$(cd "$1" && pwd)
