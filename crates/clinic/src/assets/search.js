// A list that is found anew while somebody types. Without this script the form's button does the same.
for (const field of document.querySelectorAll("[data-live-search]")) {
  const list = document.querySelector(field.dataset.liveSearch);
  let asked = null;
  field.addEventListener("input", async () => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(field.form.action);
    address.searchParams.set(field.name, field.value);
    address.searchParams.set("list", "true");
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { accept: "text/html" } });
      if (answer.ok && !answer.redirected) list.innerHTML = await answer.text();
    } catch (stopped) {
      if (stopped.name !== "AbortError") throw stopped;
    }
  });
}
