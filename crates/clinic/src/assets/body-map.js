// The drawing: a press on a region is a press on the button of its site, and pointing at one shows the other.
export function bodyMap(where) {
  for (const map of where.querySelectorAll("[data-map]")) {
    const part = map.closest("section");
    const ofSite = (site) => part.querySelectorAll(`[data-site="${CSS.escape(site)}"]`);
    const usable = !part.closest("fieldset:disabled");
    map.classList.toggle("live", usable);
    if (!usable) continue;
    map.addEventListener("click", (event) => {
      const site = event.target.dataset.site;
      if (site) part.querySelector(`button[data-site="${CSS.escape(site)}"]`)?.click();
    });
    for (const kind of ["pointerover", "pointerout"]) {
      part.addEventListener(kind, (event) => {
        const site = event.target.closest?.("button[data-site], .region")?.dataset.site;
        if (site) for (const one of ofSite(site)) one.classList.toggle("pointed", kind === "pointerover");
      });
    }
  }
}
