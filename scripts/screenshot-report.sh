#!/usr/bin/env bash
# Pictures of a report as people will see it: wide in light and dark, on a phone, and on paper.
#
#     scripts/screenshot-report.sh out/report.html pictures/
#
# Needs chromium; pdftoppm (poppler-utils) for the pictures of the pages on paper.
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: $0 REPORT.html FOLDER" >&2
    exit 2
fi
report=$(realpath -- "$1")
[ -f "$report" ] || { echo "$1 is not a file" >&2; exit 2; }
mkdir -p -- "$2"
folder=$(realpath -- "$2")

browser=
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        browser=$(command -v "$name")
        break
    fi
done
if [ -z "$browser" ]; then
    echo "No chromium found. On Debian: apt-get install chromium poppler-utils" >&2
    echo "Or name a browser: CHROMIUM=/path/to/chromium $0 ..." >&2
    exit 2
fi

profile=$(mktemp -d)
trap 'rm -rf -- "$profile"' EXIT

shoot() { # name, then flags
    local name=$1
    shift
    "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --hide-scrollbars --user-data-dir="$profile" "$@" "file://$report" \
        >"$profile/log" 2>&1 || { cat "$profile/log" >&2; exit 1; }
    [ -s "$folder/$name" ] || { echo "$name was not made:" >&2; cat "$profile/log" >&2; exit 1; }
    echo "$folder/$name"
}

# Headless chromium pictures the window, not the page: ask for a window as tall as the page may be.
wide_height=${WIDE_HEIGHT:-8200}
phone_height=${PHONE_HEIGHT:-14500}

shoot wide-light.png --screenshot="$folder/wide-light.png" --window-size="1280,$wide_height" \
    --blink-settings=preferredColorScheme=1
shoot wide-dark.png --screenshot="$folder/wide-dark.png" --window-size="1280,$wide_height" \
    --blink-settings=preferredColorScheme=0

# A window narrower than 500 px is refused by some versions: put the page into a frame of 390 px.
cat >"$profile/phone.html" <<HTML
<!doctype html><meta charset="utf-8"><title>phone</title>
<style>body{margin:0;background:#888}iframe{border:0;width:390px;height:${phone_height}px;display:block}</style>
<iframe src="file://$report"></iframe>
HTML
page=$report
report=$profile/phone.html
shoot phone.png --screenshot="$folder/phone.png" --window-size="390,$phone_height" \
    --allow-file-access-from-files --blink-settings=preferredColorScheme=1
report=$page

shoot print.pdf --print-to-pdf="$folder/print.pdf" --no-pdf-header-footer
if command -v pdftoppm >/dev/null 2>&1; then
    rm -f -- "$folder"/print-*.png
    pdftoppm -r 70 -png "$folder/print.pdf" "$folder/print"
    ls -- "$folder"/print-*.png
else
    echo "pdftoppm is missing, so no pictures of the pages on paper (Debian: apt-get install poppler-utils)" >&2
fi
