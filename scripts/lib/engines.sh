# engines.sh - where scripts/engines puts what it installs, added to PATH. Sourced; needs $root.
# shellcheck shell=bash
: "${root:?the checkout}"
export PATH=$PATH:${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}/bin:$root/build/engines
export PATH=$PATH:/usr/local/go/bin:${GOBIN:-${GOPATH:-$HOME/go}/bin}
