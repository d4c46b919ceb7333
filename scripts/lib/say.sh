# say.sh - one way to talk: what is being done, and the last word when it fails.
# Sourced by the other scripts, which run with `set -euo pipefail`.
# shellcheck shell=bash

say() { printf 'thimble: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# as_root CMD...: runs a command as root, by sudo when we are not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "needs root or sudo for: $*"
    fi
}
