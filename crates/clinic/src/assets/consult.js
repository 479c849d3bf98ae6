// The consultation, live: the screening follows what is typed, and a button brings in only the part that it changes. Without this script the
// same buttons load the page anew.
import { bodyMap } from "./body-map.js";
import { medicines } from "./consult-medicines.js";

// Between the last key and the question to the server, ms.
const REST = 150;

const form = document.getElementById("consultation");
const panel = document.getElementById("screening");
const aside = panel.closest("aside");
const says = document.getElementById("screening-says");
const bar = document.querySelector(".verdict-bar");
// A page that comes back because it could not be saved holds what is saved nowhere.
let saved = document.querySelector(".remark.bad") ? "" : entries().toString();
let asked = null;
let rest = 0;
let turn = Promise.resolve();

function entries(more = {}) {
  const data = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) data.append(name, value);
  return data;
}

async function ask(address, body, signal) {
  const answer = await fetch(address, { method: "POST", body, signal, headers: { accept: "text/html" } });
  if (answer.redirected) location.reload();
  return answer;
}

// One screening at a time: a newer one makes the older pointless.
async function screen() {
  asked?.abort();
  asked = new AbortController();
  aside.classList.add("waiting");
  try {
    const answer = await ask(form.dataset.screen, entries(), asked.signal);
    if (answer.ok) shown(await answer.text());
    aside.classList.remove("waiting");
  } catch (reason) {
    if (reason.name !== "AbortError") throw reason;
  }
}

// Put in a new screening, without folding up what somebody has opened or losing the place.
function shown(html) {
  const opened = [...panel.querySelectorAll("details[open]")].map(keyOf);
  const focused = panel.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  if (panel.innerHTML === html) return;
  panel.innerHTML = html;
  for (const details of panel.querySelectorAll("details")) details.open = opened.includes(keyOf(details));
  if (focused) [...panel.querySelectorAll("a, summary, button")].find((one) => keyOf(one) === focused)?.focus();
  verdict();
  wrongs();
}

// What an element of the panel is about: the same in the next screening.
function keyOf(element) {
  const reason = element.closest(".reason")?.querySelector("p:not(.asks)")?.textContent ?? "";
  return element.tagName + (element.dataset.keep ?? element.getAttribute("href") ?? "") + reason;
}

// Said aloud only when the verdict is another; shown small at the edge of a phone.
function verdict() {
  const box = panel.querySelector(".verdict");
  if (!box) return;
  if (says.dataset.said && says.dataset.said !== box.dataset.says) says.textContent = box.dataset.says;
  says.dataset.said = box.dataset.says;
  bar.className = box.className.replace("verdict", "verdict-bar");
  bar.querySelector(".mark").textContent = box.querySelector(".mark").textContent;
  bar.querySelector(".says").textContent = box.dataset.says;
}

// What is wrong, also at its field.
function wrongs() {
  for (const old of form.querySelectorAll("p.wrong")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const item of panel.querySelectorAll("[data-field]")) {
    const field = document.getElementById(item.dataset.field);
    if (!field) continue;
    const note = document.createElement("p");
    note.className = "wrong";
    note.id = `wrong.${field.id}`;
    note.textContent = [...item.children].map((part) => part.textContent).join(": ");
    (field.closest(".field") ?? field).append(note);
    if (field.matches("input, select, textarea")) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", note.id);
    }
  }
}

// A part of the form as the server has it after a button. One after the other: each builds on what the one before brought.
function part(id, act) {
  turn = turn.catch(() => {}).then(() => bring(id, act));
}

async function bring(id, act) {
  clearTimeout(rest);
  asked?.abort();
  const body = entries({ do: act });
  const focused = document.activeElement?.id;
  const answer = await ask(form.action, body);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old) return;
  // What was typed while the server was asked is newer than what it answers.
  for (const field of old.querySelectorAll("input:not([type=radio], [type=checkbox], [type=hidden]), textarea")) {
    const same = page.getElementById(field.id);
    if (same && field.value !== (body.get(field.name) ?? "")) same.value = field.value;
  }
  old.replaceWith(document.adoptNode(fresh));
  const newest = fresh.querySelector("[autofocus]") ?? (focused && document.getElementById(focused));
  newest?.focus();
  begin(fresh);
  aside.classList.remove("waiting");
  shown(page.getElementById("screening").innerHTML);
}

function begin(where) {
  bodyMap(where);
  medicines(where, () => later());
}

function later() {
  clearTimeout(rest);
  rest = setTimeout(screen, REST);
}

form.addEventListener("input", (event) => {
  if (!event.target.dataset.rerender) later();
});
form.addEventListener("change", (event) => {
  const id = event.target.dataset.rerender;
  if (id) part(id, "screen");
});
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.dataset.part) {
    event.preventDefault();
    part(button.dataset.part, button.value);
  } else if (button?.value === "screen") {
    event.preventDefault();
    screen();
  } else {
    saved = null;
  }
});
// A link of the screening leads to a field: open what it is folded into, and put the cursor there.
panel.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  const within = field.matches("input, select, textarea") ? field : field.querySelector("input:checked, input, select") ?? field;
  within.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
});
addEventListener("beforeunload", (event) => {
  if (saved !== null && saved !== entries().toString() && !form.querySelector(".whole:disabled")) event.preventDefault();
});

// The verdict at the edge of a phone stands in for the screening while that is out of sight.
new IntersectionObserver(([seen]) => { bar.hidden = seen.isIntersecting; }).observe(aside);
form.querySelector(".screen")?.setAttribute("hidden", "");
begin(document);
verdict();
