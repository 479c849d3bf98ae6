#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL server, which lives in a temporary folder and goes with the command:
#
#     scripts/test-postgres.sh cargo test --profile tested -p needlepoint-records
#
# NEEDLEPOINT_TEST_POSTGRES holds the connection string. PostgreSQL is installed where that can be done (Debian, as root).
set -euo pipefail

if [ $# = 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT ...]" >&2
    exit 2
fi

# Debian keeps the server's programs outside of the path, one folder for each version.
programs() {
    if command -v initdb >/dev/null; then
        dirname "$(readlink -f "$(command -v initdb)")"
    else
        find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
    fi
}

bin=$(programs)
if [ ! -x "$bin/initdb" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL ..." >&2
    (apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql) >/dev/null
    bin=$(programs)
fi
if [ ! -x "$bin/initdb" ]; then
    echo "There is no PostgreSQL: install its server first." >&2
    exit 2
fi

cluster=$(mktemp -d "${TMPDIR:-/tmp}/needlepoint-postgres.XXXXXX")

# The server refuses to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$cluster"
    as_server=(runuser -u "$user" --)
fi

stop() {
    (cd / && "${as_server[@]}" "$bin/pg_ctl" stop -D "$cluster/data" -m immediate) >/dev/null 2>&1 || true
    rm -rf "$cluster"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Only a socket in the folder, which nobody else can enter. What the server holds is thrown away, so it needn't be flushed.
start() {
    cd /
    "${as_server[@]}" "$bin/initdb" -D "$cluster/data" -U needlepoint --auth=trust --encoding=UTF8 \
        --locale=C --no-sync
    "${as_server[@]}" "$bin/pg_ctl" start -w -D "$cluster/data" -l "$cluster/log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$cluster' -c fsync=off -c max_connections=400"
}
if ! (start) >"$cluster.start" 2>&1; then
    cat "$cluster.start" >&2
    cat "$cluster/log" >&2 2>/dev/null || true
    rm -f "$cluster.start"
    exit 2
fi
rm -f "$cluster.start"

export NEEDLEPOINT_TEST_POSTGRES="postgres://needlepoint@localhost/postgres?host=$cluster"
"$@"
