# suite.sh - reads packages of another suite of the same distribution without
# letting the system's own apt know: an isolated sources file, lists and cache
# under build/apt. Nothing of such a suite is ever installed; files are only
# downloaded and unpacked inside the checkout.
#
# The mirror is the one the system already uses, read from apt's configuration,
# so no address is written here. On Ubuntu, whose suites may lack a version, set
# THIMBLE_DEBIAN_MIRROR to the address of a Debian mirror (and have the package
# debian-archive-keyring). Sourced; needs say.sh and $root (the checkout).
# shellcheck shell=bash
: "${root:?the checkout}"

suite_folder() { printf '%s/build/apt/%s-%s' "$root" "$1" "$2"; }

# The system's archive as "URI origin", e.g. of Debian itself, not of its security suite.
suite_mirror() {
    if [ -n "${THIMBLE_DEBIAN_MIRROR:-}" ]; then
        echo "$THIMBLE_DEBIAN_MIRROR Debian"
        return
    fi
    # shellcheck disable=SC2016 # apt's own placeholders, not the shell's
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' 2>/dev/null |
        awk '($2 == "Debian" || $2 == "Ubuntu") && $3 == $2 { print $1, $2; exit }'
}

# suite_candidates SUITE: the suites worth asking, the given Debian one first.
suite_candidates() {
    local uri origin
    read -r uri origin < <(suite_mirror) || true
    if [ "${origin:-}" = Ubuntu ]; then
        echo plucky questing resolute
    else
        printf '%s\n' "$1" trixie forky | awk '!seen[$0]++' | paste -sd ' '
    fi
}

# suite_options SUITE KIND: apt options for that suite; KIND is deb or deb-src,
# each with lists of its own, because fetching both costs twice the time.
suite_options() {
    local folder
    folder=$(suite_folder "$1" "$2")
    printf '%s\n' -q \
        -o "Dir::Etc::sourcelist=$folder/list.sources" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" \
        -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
        -o APT::Sandbox::User=root
}

# suite_open SUITE KIND: downloads the suite's index, once a day. False when it cannot be had.
suite_open() {
    local suite=$1 kind=$2 folder uri origin keyring
    folder=$(suite_folder "$suite" "$kind")
    if [ -n "$(find "$folder/ready" -mmin -1440 2>/dev/null)" ]; then return 0; fi
    command -v apt-get >/dev/null 2>&1 || return 1
    read -r uri origin < <(suite_mirror) || return 1
    keyring=/usr/share/keyrings/$(printf '%s' "$origin" | tr '[:upper:]' '[:lower:]')-archive-keyring.gpg
    [ -r "$keyring" ] || return 1
    mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
    cat > "$folder/list.sources" <<SOURCES
Types: $kind
URIs: $uri
Suites: $suite
Components: main $([ "$origin" = Ubuntu ] && echo universe)
Signed-By: $keyring
SOURCES
    say "reading the package index of $suite (10 MB, some seconds; kept inside build/)"
    local options
    mapfile -t options < <(suite_options "$suite" "$kind")
    apt-get "${options[@]}" update >"$folder/log" 2>&1 || return 1
    # apt calls an unreachable mirror a warning; what counts is that an index arrived.
    ls "$folder"/lists/*_"$suite"_* >/dev/null 2>&1 || return 1
    touch "$folder/ready"
}

# suite_source SUITE PACKAGE FOLDER: downloads a source package's files into FOLDER.
# apt ends with an error when a .dsc is missing on the mirror although the tarball
# came, so its exit status says nothing: the caller looks at what arrived.
suite_source() {
    local options
    suite_open "$1" deb-src || return 1
    mapfile -t options < <(suite_options "$1" deb-src)
    (cd "$3" && apt-get "${options[@]}" source --download-only "$2" >>"$(suite_folder "$1" deb-src)/log" 2>&1) || true
}

# suite_binary SUITE PACKAGE FOLDER: downloads a .deb into FOLDER without installing it.
suite_binary() {
    local options
    suite_open "$1" deb || return 1
    mapfile -t options < <(suite_options "$1" deb)
    (cd "$3" && apt-get "${options[@]}" download "$2" >>"$(suite_folder "$1" deb)/log" 2>&1)
}
