#!/usr/bin/env bash
# A full disk: saving is refused with a sentence, reading goes on, and with room again saving works.
#
#     scripts/full-disk.sh [NEEDLEPOINT]
#
# Needs to mount a small file system in memory, so it runs as root on Linux; elsewhere it says that it was skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

needlepoint=${1:-${CARGO_TARGET_DIR:-target}/tested/needlepoint}
if [ ! -x "$needlepoint" ]; then
    echo "$needlepoint is not there: cargo build --profile tested -p needlepoint" >&2
    exit 2
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/needlepoint-full-disk.XXXXXX")
disk=$work/disk
mkdir "$disk"
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    umount "$disk" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

if ! mount -t tmpfs -o size=4m tmpfs "$disk" 2>"$work/why"; then
    echo "SKIPPED: no file system can be mounted here, so a full disk was not tried: $(cat "$work/why")" >&2
    exit 0
fi

wrong() {
    echo "WRONG: $1" >&2
    cat "$work/told" >&2
    exit 1
}

"$needlepoint" serve --demo --port 0 --data "$disk/data" 2>"$work/told" &
server=$!
address=
for _ in $(seq 100); do
    address=$(sed -n 's|^Needlepoint listens at \(http://[^/]*\)/$|\1|p' "$work/told")
    [ -z "$address" ] || break
    sleep 0.1
done
[ -n "$address" ] || wrong "it does not serve"

# Asks as a browser does, or with --data-raw sends a form; gives the status, and leaves the answer in $work/answer.
ask() {
    local path=$1
    shift
    curl --silent --output "$work/answer" --write-out '%{http_code} %{redirect_url}' --cookie-jar "$work/cookie" \
        --cookie "$work/cookie" --header 'Accept: text/html' --header 'Sec-Fetch-Site: same-origin' "$@" "$address$path"
}
expect() {
    case $1 in
        "$2 "*) ;;
        *) wrong "$3: answered with $1, not $2" ;;
    esac
}

expect "$(ask /sign-in --data-raw 'account=doctor&password=needlepoint-demo')" 303 "signing in"
made=$(ask /patients/new --data-raw 'family_name=Before&note=written+while+there+was+room')
expect "$made" 303 "saving with room"
patient=${made##*/}

# Everything but a few kilobytes is taken, then the rest.
dd if=/dev/zero of="$disk/filler" bs=64k >/dev/null 2>&1 || true
dd if=/dev/zero bs=1k >>"$disk/filler" 2>/dev/null || true

note=$(head -c 60000 /dev/zero | tr '\0' x)
refused=0
for try in 1 2 3 4 5; do
    status=$(ask /patients/new --data-raw "family_name=During$try&note=$note")
    case $status in
        507*)
            refused=$((refused + 1))
            grep -qi 'full' "$work/answer" || wrong "the refusal does not say why"
            ;;
        303*) echo "save $try still found room" ;;
        *) wrong "saving on a full disk: answered with $status" ;;
    esac
    expect "$(ask "/patients/$patient")" 200 "reading on a full disk"
    grep -q 'written while there was room' "$work/answer" || wrong "what was saved is not shown"
done
[ "$refused" -gt 0 ] || wrong "nothing was refused, so the disk was never full"
status=$(ask /patients/new --data-raw "family_name=Refused&note=$note")
expect "$status" 507 "saving on a full disk"
sentence=$(sed 's/<[^>]*>/\n/g' "$work/answer" | grep -i 'full' | tail -n 1)
echo "full disk: $refused of 5 saves refused, each with: $sentence"
echo "full disk: reading went on"

rm "$disk/filler"
expect "$(ask /patients/new --data-raw "family_name=After&note=$note")" 303 "saving with room again"
expect "$(ask '/?q=After&list=true')" 200 "looking for what was saved"
grep -q After "$work/answer" || wrong "what was saved with room again is not found"
expect "$(ask '/?q=Refused&list=true')" 200 "looking for what was refused"
! grep -q 'Refused' "$work/answer" || wrong "what was refused is there"
echo "room again: saving works, and nothing of what was refused is there"

kill "$server"
wait "$server" 2>/dev/null || true
server=
"$needlepoint" records --data "$disk/data" verify
