// Fetches what takes the server some seconds to work out, after the rest of the page is there.
for (const place of document.querySelectorAll("[data-fill-from]")) {
  place.querySelector(".without-script")?.remove();
  fetch(place.dataset.fillFrom, { headers: { accept: "text/x-fragment" } })
    .then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
    })
    .catch(() => { place.textContent = place.dataset.failed; })
    .finally(() => place.removeAttribute("aria-busy"));
}
