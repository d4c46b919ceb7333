# node.sh - which node runs what. The core's JavaScript tests run under the machine's
# own node (20 or newer); wrangler and workerd's tools refuse anything older than 22.12,
# so the npm package `node` brings a newer one for machines that need it. Sourced;
# needs say.sh and $root.
# shellcheck shell=bash

# node_is_at_least NODE MAJOR MINOR
node_is_at_least() {
    "$1" -e "const [a, b] = process.versions.node.split('.').map(Number);
        process.exit(a > $2 || (a === $2 && b >= $3) ? 0 : 1)" 2>/dev/null
}

# The folder of a node for wrangler: the machine's when it will do, else npm's.
wrangler_node_folder() {
    local own
    if command -v node >/dev/null && node_is_at_least node 22 12; then
        dirname "$(command -v node)"
        return
    fi
    for own in "$root"/node_modules/node/bin "$root"/node_modules/node-linux-*/bin; do
        [ -x "$own/node" ] && node_is_at_least "$own/node" 22 12 && { echo "$own"; return; }
    done
    die "wrangler needs node 22.12 or newer: none on PATH, none in node_modules (npm ci brings one)"
}

# What wrangler must be told so that it neither asks nor phones.
wrangler_environment() {
    export WRANGLER_SEND_METRICS=false CLOUDFLARE_CF_FETCH_ENABLED=false
    PATH=$(wrangler_node_folder):$root/node_modules/.bin:$PATH
    export PATH
}
