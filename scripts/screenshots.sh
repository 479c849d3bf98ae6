#!/usr/bin/env bash
# Makes the pictures of docs/images anew: draws punctures of a roller and a pen, runs the example of acne scars and takes the first screen of
# its report (light, dark, phone) and the drawing of the cut skin.
#
#     scripts/screenshots.sh
#
# Needs chromium; for the clinic also Node.js; for the pages of a plan also pdftoppm (Debian: poppler-utils) and Pillow. With
# NEEDLEPOINT=/path/to/needlepoint that binary runs instead of cargo's. With ImageMagick or Pillow at hand the pictures
# are made smaller.
set -euo pipefail
cd -- "$(dirname -- "$0")/.."

browser=
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        browser=$(command -v "$name")
        break
    fi
done
if [ -z "$browser" ]; then
    echo "No chromium found. On Debian: apt-get install chromium" >&2
    echo "Or name a browser: CHROMIUM=/path/to/chromium $0" >&2
    exit 2
fi

needlepoint() {
    if [ -n "${NEEDLEPOINT:-}" ]; then
        "$NEEDLEPOINT" "$@" >/dev/null
    else
        cargo run --release -q -p needlepoint -- "$@" >/dev/null
    fi
}
needlepoint run examples/lotfi-2013.toml --out out/lotfi
needlepoint punctures examples/lotfi-2013.toml --out out/lotfi
needlepoint punctures examples/kenkel-2021.toml --out out/kenkel --like examples/lotfi-2013.toml
needlepoint absorb examples/absorb-serums.toml --out out/absorb
needlepoint sensitivity examples/lotfi-2013.toml --out out/lotfi
needlepoint response examples/lotfi-2013.toml --out out/lotfi
needlepoint plan examples/patients/type-v-melasma.toml --out out/plan
report=$(realpath out/lotfi/report.html)
mkdir -p docs/images
images=$(realpath docs/images)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

shoot() { # name, width, height, scale, colour scheme (0 dark, 1 light), address
    "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --hide-scrollbars --user-data-dir="$work/profile" --allow-file-access-from-files \
        --virtual-time-budget=8000 --window-size="$2,$3" --force-device-scale-factor="$4" \
        --blink-settings=preferredColorScheme="$5" --screenshot="$work/$1" "$6" \
        >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    [ -s "$work/$1" ] || { echo "$1 was not made:" >&2; cat "$work/log" >&2; exit 1; }
    shrink "$work/$1" "$images/$1"
    echo "docs/images/$1 $(($(wc -c <"$images/$1") / 1000)) kB"
}

# Flat colours: 256 of them are enough, and a quarter of the size.
shrink() {
    if command -v pngquant >/dev/null 2>&1; then
        pngquant --force --strip --speed 1 --output "$2" 256 "$1" && return
    fi
    if python3 -c 'import PIL' 2>/dev/null; then
        python3 -c 'import sys
from PIL import Image
im = Image.open(sys.argv[1]).convert("RGB").quantize(256, dither=Image.Dither.NONE)
im.save(sys.argv[2], optimize=True)' "$1" "$2" && return
    fi
    if command -v convert >/dev/null 2>&1; then
        convert "$1" -strip +dither -colors 256 "PNG8:$2" && return
    fi
    cp -- "$1" "$2"
}

# A frame as narrow as a phone: a window of less than 500 px is refused by some versions.
cat >"$work/phone.html" <<HTML
<!doctype html><meta charset="utf-8"><title>phone</title>
<style>body{margin:0}iframe{border:0;width:390px;height:844px;display:block}</style>
<iframe src="file://$report"></iframe>
HTML

# The section of the cut skin alone, with the style of the report.
{
    echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>section</title><body>'
    cat <<'HTML'
<script>
const frame = document.createElement("iframe");
frame.hidden = true;
frame.onload = () => {
  const page = frame.contentDocument;
  const style = document.createElement("style");
  style.textContent = page.querySelector("style").textContent
    + "body{background:var(--card)}main{padding:0!important;max-width:none!important}main>section{margin:0!important;border:0!important;border-radius:0!important}details,p.note{display:none}";
  const main = document.createElement("main");
  main.append(document.importNode(page.getElementById("section"), true));
  document.head.append(style);
  document.body.append(main);
};
frame.src = REPORT;
document.body.append(frame);
</script>
HTML
} >"$work/section.html"
sed -i "s#= REPORT;#= \"file://$report\";#" "$work/section.html"

# As tall as the first card of the page.
shoot report.png 1280 1124 1 1 "file://$report"
shoot report-dark.png 1280 1124 1 0 "file://$report"
shoot report-phone.png 390 844 2 1 "file://$work/phone.html"
shoot section.png 1120 640 1.5 1 "file://$work/section.html"
shrink out/lotfi/section.png "$images/punctures-section.png"
shrink out/lotfi/map.png "$images/punctures-map.png"
shrink out/kenkel/map.png "$images/punctures-map-pen.png"
shrink out/kenkel/like.png "$images/punctures-like.png"
shrink out/lotfi/sensitivity.png "$images/sensitivity.png"
shrink out/lotfi/surface-2.png "$images/response-surface.png"
shrink out/lotfi/lines.png "$images/response-lines.png"
shrink out/absorb/map-hyaluronic-acid.png "$images/absorb-map.png"

# First pages of a plan, a session sheet and a letter, side by side.
if command -v pdftoppm >/dev/null 2>&1 && python3 -c 'import PIL' 2>/dev/null; then
    for document in plan session-1 patient; do
        pdftoppm -r 80 -png -singlefile "out/plan/$document.pdf" "$work/$document"
    done
    python3 -c 'import sys
from PIL import Image
pages = [Image.open(name) for name in sys.argv[2:]]
gap = 24
sheet = Image.new("RGB", (sum(page.width + gap for page in pages) + gap, pages[0].height + 2 * gap), "#e4e6e6")
for place, page in enumerate(pages):
    sheet.paste(page, (gap + place * (page.width + gap), gap))
sheet.save(sys.argv[1])' "$work/plan-pages.png" "$work/plan.png" "$work/session-1.png" "$work/patient.png"
    shrink "$work/plan-pages.png" "$images/plan.png"
else
    echo "docs/images/plan.png was left as it is: pdftoppm and Pillow are needed for it." >&2
fi

# Each page of the clinic, as its story comes by.
if command -v npm >/dev/null 2>&1; then
    [ -n "${NEEDLEPOINT:-}" ] || cargo build --release -q -p needlepoint
    (cd browser && npm ci --silent)
    mkdir "$work/clinic"
    CHROMIUM=$browser node browser/story.mjs "${NEEDLEPOINT:-target/release/needlepoint}" "$work/clinic"
    for picture in "$work"/clinic/*.png; do
        shrink "$picture" "$images/${picture##*/}"
    done
else
    echo "Pictures of the clinic were left as they are: Node.js is needed for them." >&2
fi
