# node.sh - which node runs what. The core's JavaScript tests run under the machine's
# own node (20 or newer); wrangler and workerd's tools refuse anything older than 22.12,
# so the npm package `node` brings a newer one for machines that need it. Sourced;
# needs say.sh and $root.
# shellcheck shell=bash
: "${root:?the checkout}"

# node_is_at_least NODE MAJOR MINOR
node_is_at_least() {
    "$1" -e "const [a, b] = process.versions.node.split('.').map(Number);
        process.exit(a > $2 || (a === $2 && b >= $3) ? 0 : 1)" 2>/dev/null
}

# use_node MAJOR MINOR: makes `node` on PATH at least that new: the machine's own when
# it will do, else the one npm brought.
use_node() {
    local folder
    if command -v node >/dev/null && node_is_at_least node "$1" "$2"; then return 0; fi
    for folder in "$root"/node_modules/node/bin "$root"/node_modules/node-linux-*/bin; do
        if [ -x "$folder/node" ] && node_is_at_least "$folder/node" "$1" "$2"; then
            export PATH=$folder:$PATH
            return 0
        fi
    done
    die "needs node $1.$2 or newer: none on PATH, none in node_modules (npm ci brings one)"
}

# What wrangler and workerd need; and they must neither ask nor phone.
use_wrangler() {
    use_node 22 12
    export PATH=$PATH:$root/node_modules/.bin
    export WRANGLER_SEND_METRICS=false CLOUDFLARE_CF_FETCH_ENABLED=false
}
