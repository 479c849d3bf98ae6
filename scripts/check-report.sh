#!/usr/bin/env bash
# Looks at a report in a real browser and says what is wrong with it.
#
#     scripts/check-report.sh out/report.html
#
# Checked: nothing runs over the edge at 360, 390, 768 and 1280 px; nothing is asked of a network; no
# message on the console; every picture has words; headings nest; it prints.
# Ends with 0 if all is well, 1 with a sentence for each violation, 2 if it could not look.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 REPORT.html" >&2
    exit 2
fi
report=$(realpath -- "$1")
[ -f "$report" ] || { echo "$1 is not a file" >&2; exit 2; }

browser=
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        browser=$(command -v "$name")
        break
    fi
done
if [ -z "$browser" ]; then
    echo "No chromium found. On Debian: apt-get install chromium" >&2
    echo "Or name a browser: CHROMIUM=/path/to/chromium $0 ..." >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

bad=0
fail() { echo "WRONG  $*"; bad=1; }
pass() { echo "ok     $*"; }

look() { # flags and address; the page's own answer on stdout, the console on $work/console
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/profile" --hide-scrollbars --enable-logging=stderr --v=0 \
        --allow-file-access-from-files --virtual-time-budget=20000 "$@" 2>"$work/console"
}

# Without a browser: what the text itself asks for. Links are only followed by a person.
asks=$(grep -oiE '(src|srcset|poster|data|action)="[^"]*"|url\([^)]*\)|@import[^;]*|<(script|iframe|object|embed|link|base|form)\b|\bon(load|click|error)=' \
    "$report" | head -5 || true)
if [ -n "$asks" ]; then
    fail "the page loads or runs something: $(echo "$asks" | tr '\n' ' ' | cut -c1-160)"
else
    pass "nothing is loaded and nothing runs"
fi

# The report inside a frame of each width; the harness measures it and writes what it finds.
{
    cat <<'HTML'
<!doctype html><meta charset="utf-8"><title>check</title><style>iframe{border:0;height:900px;display:block}</style><body><pre id="found"></pre>
<script>
const found = [], say = (...words) => found.push(words.join(" "));
const note = text => say("WRONG", text);
window.addEventListener("load", async () => {
  for (const width of [360, 390, 768, 1280]) {
    const frame = document.createElement("iframe");
    frame.style.width = width + "px";
    frame.src = REPORT;
    document.body.append(frame);
    await new Promise(done => { frame.onload = done; });
    const page = frame.contentDocument;
    if (!page || !page.body || !page.querySelector("h1")) { note("at " + width + " px the page did not open"); continue; }
    for (const open of [false, true]) {
      for (const fold of page.querySelectorAll("details")) fold.open = open;
      const state = open ? " with all folds open" : "";
      const root = page.documentElement, over = Math.max(root.scrollWidth, page.body.scrollWidth) - width;
      if (over > 0) {
        const who = [...page.body.querySelectorAll("*")].filter(e => !e.closest("svg, .offstage, .skip")
          && e.getBoundingClientRect().right > width + 0.5).pop();
        note("at " + width + " px" + state + " the page is " + over + " px too wide" + (who ? ": the last that does is a <" + who.tagName.toLowerCase() + "> in " + (who.closest("figure, article, section")?.textContent.trim().slice(0, 40)) + " … " + who.textContent.trim().slice(0, 40) : ""));
      } else say("ok", "at " + width + " px" + state + " nothing runs over the edge");
    }
    // Text cut off within its own box.
    const cut = [...page.querySelectorAll("p, td, th, h1, h2, h3, dd, dt, li, figcaption")]
      .filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && !e.closest("thead"));
    if (cut.length) note("at " + width + " px " + cut.length + " texts are wider than their place, the first: " + cut[0].textContent.trim().slice(0, 50));
    const texts = [...page.querySelectorAll("svg.drawing text, svg.interval text")].filter(t => {
      const box = t.getBoundingClientRect(), frame = t.ownerSVGElement.getBoundingClientRect();
      return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.top < frame.top - 1);
    });
    if (texts.length) note("at " + width + " px " + texts.length + " labels are cut by the edge of their drawing, the first: " + texts[0].textContent + " (" + texts[0].ownerSVGElement.querySelector("title")?.textContent + ")");
    else say("ok", "at " + width + " px no label of a drawing is cut");
    if (width === 1280) {
      const mute = [...page.querySelectorAll("svg, img")].filter(e => e.getAttribute("aria-hidden") !== "true" && !(() => {
        if (e.tagName === "IMG") return e.getAttribute("alt");
        const ids = (e.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
        return e.getAttribute("role") === "img" && (e.getAttribute("aria-label") || ids.length && ids.every(id => page.getElementById(id)?.textContent.trim()));
      })());
      const all = page.querySelectorAll("svg, img").length;
      if (mute.length) note(mute.length + " of " + all + " pictures have no words, the first: " + mute[0].outerHTML.slice(0, 90));
      else say("ok", "all " + all + " pictures have words or are marked as decoration");
      const heads = [...page.querySelectorAll("h1,h2,h3,h4,h5,h6")];
      if (heads.filter(h => h.tagName === "H1").length !== 1) note("the page has not one h1");
      let last = 0, jumps = 0;
      for (const h of heads) {
        const level = Number(h.tagName[1]);
        if (level > last + 1) { note("a heading jumps from level " + last + " to " + level + ": " + h.textContent.trim()); jumps++; }
        if (!h.textContent.trim()) { note("an empty heading of level " + level); jumps++; }
        last = level;
      }
      if (!jumps) say("ok", heads.length + " headings nest without a jump");
      if (!page.documentElement.lang) note("the page names no language");
      const ids = [...page.querySelectorAll("[id]")].map(e => e.id), twice = ids.filter((id, i) => ids.indexOf(id) !== i);
      if (twice.length) note("the identifier " + twice[0] + " is given twice");
      const lost = [...page.querySelectorAll("a[href^='#']")].filter(a => !page.getElementById(a.getAttribute("href").slice(1)));
      if (lost.length) note("a link leads nowhere: " + lost[0].getAttribute("href"));
      const odd = (page.body.innerText.match(/NaN|undefined|[+\u2212-]0(\.0+)?(?![\d.])\s?%|\binf\b/) || [])[0];
      if (odd) note("a number that is none: " + odd);
      say("text", page.body.innerText.length);
      const loaded = frame.contentWindow.performance.getEntriesByType("resource");
      if (loaded.length) note("the page asked for " + loaded[0].name);
      else say("ok", "the browser fetched nothing besides the page");
    }
    frame.remove();
  }
  say("end");
  document.getElementById("found").textContent = found.join("\n");
  document.title = "done";
});
</script>
HTML
} >"$work/harness.html"
cp -- "$report" "$work/report.html"
sed -i 's#= REPORT;#= "report.html";#' "$work/harness.html"

# Where no name leads anywhere, a page that needs the network would differ.
look --host-resolver-rules="MAP * ~NOTFOUND" --dump-dom "file://$work/harness.html" >"$work/dom" || true
sed -n '/<pre id="found">/,/<\/pre>/p' "$work/dom" |
    sed -e 's/.*<pre id="found">//' -e 's/<\/pre>.*//' \
        -e 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' >"$work/found"
if ! grep -qx end "$work/found"; then
    echo "The browser gave no answer:" >&2
    tail -5 "$work/console" >&2
    exit 2
fi
while IFS= read -r line; do
    case $line in
    "ok "*) pass "${line#ok }" ;;
    "WRONG "*) fail "${line#WRONG }" ;;
    esac
done <"$work/found"

# The page by itself, once with and once without a network: the same text, nothing on the console.
look --dump-dom "file://$report" >"$work/with" || true
grep -E 'CONSOLE' "$work/console" >"$work/messages" || true
look --host-resolver-rules="MAP * ~NOTFOUND" --dump-dom "file://$report" >"$work/without" || true
grep -E 'CONSOLE' "$work/console" >>"$work/messages" || true
if [ -s "$work/messages" ]; then
    fail "the console says: $(head -1 "$work/messages" | cut -c1-200)"
else
    pass "the console is silent"
fi
if [ -s "$work/with" ] && cmp -s "$work/with" "$work/without"; then
    pass "without a network the page is the same"
else
    fail "without a network the page is another"
fi

look --print-to-pdf="$work/print.pdf" --no-pdf-header-footer "file://$report" >/dev/null || true
if [ -s "$work/print.pdf" ]; then
    pages=
    command -v pdfinfo >/dev/null 2>&1 && pages=" on $(pdfinfo "$work/print.pdf" | sed -n 's/^Pages: *//p') pages"
    pass "it prints$pages"
else
    fail "it does not print"
fi

size=$(wc -c <"$report")
if [ "$size" -gt 600000 ]; then
    fail "$((size / 1000)) kB is more than the 600 kB that are sent by mail without a thought"
else
    pass "$((size / 1000)) kB"
fi
exit $bad
