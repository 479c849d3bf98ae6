// Medicines are offered while a name is typed: arrow keys, Enter and Escape as in any list. Any other name may be typed as well.
export function medicines(where, changed) {
  for (const field of where.querySelectorAll("[data-medicine]")) offer(field, changed);
}

function offer(field, changed) {
  const rows = field.closest("[data-medicines]");
  const remark = field.parentElement.querySelector(".remark-of-name");
  const list = document.createElement("ul");
  list.className = "offered";
  list.id = `offered.${field.id}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  let asked = null;
  let at = -1;

  const options = () => [...list.children];
  const point = (to) => {
    at = to;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    const chosen = options()[at];
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const show = (open) => {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  };
  const take = (option) => {
    field.value = option.dataset.name;
    remark.textContent = option.dataset.of || rows.dataset.known;
    remark.classList.remove("unknown");
    show(false);
    const some = document.querySelector('input[name="medicines"][value="some"]');
    if (some) some.checked = true;
    changed();
  };

  field.addEventListener("input", async () => {
    asked?.abort();
    asked = new AbortController();
    const some = document.querySelector('input[name="medicines"][value="some"]');
    if (some && field.value.trim()) some.checked = true;
    remark.textContent = "";
    try {
      const address = `${rows.dataset.medicines}?q=${encodeURIComponent(field.value)}`;
      const answer = await fetch(address, { signal: asked.signal, headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      list.replaceChildren(...found.map(({ name, of }, n) => {
        const option = document.createElement("li");
        option.id = `${list.id}.${n}`;
        option.setAttribute("role", "option");
        option.dataset.name = name;
        option.dataset.of = of ?? "";
        option.textContent = name;
        if (of) {
          const quiet = document.createElement("span");
          quiet.className = "quiet";
          quiet.textContent = ` ${of}`;
          option.append(quiet);
        }
        return option;
      }));
      show(found.length > 0 && document.activeElement === field);
      if (!found.length && field.value.trim().length > 3) {
        remark.textContent = rows.dataset.unknown;
        remark.classList.add("unknown");
      }
    } catch (reason) {
      if (reason.name !== "AbortError") throw reason;
    }
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) {
      event.preventDefault();
      const length = options().length;
      point((at + step + length) % length);
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      take(options()[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  // Before the field loses the cursor, so that the list is still there.
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("li");
    event.preventDefault();
    if (option) take(option);
  });
  field.addEventListener("blur", () => show(false));
}
