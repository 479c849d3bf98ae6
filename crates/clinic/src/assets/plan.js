// Every move of a setting is simulated by the server on the same people, and drawn anew. The last move wins: an answer that is
// overtaken is not shown.
const form = document.querySelector("form.settings");
const figures = document.querySelector(".seen");

const asked = { request: null, again: false };
let held = "";

function told(output, input) {
  output.textContent = input.value;
}

function settings() {
  const sent = new URLSearchParams(new FormData(form));
  if (held) sent.set("held", held);
  return sent;
}

// At most one request is under way; moves meanwhile ask once more when it is answered. So a slow machine is never flooded,
// and a fast one answers every move.
async function show() {
  if (asked.request) {
    asked.again = true;
    return;
  }
  do {
    asked.again = false;
    asked.request = ask();
    await asked.request;
    asked.request = null;
  } while (asked.again);
}

async function ask() {
  figures.setAttribute("aria-busy", "true");
  const beyond = document.getElementById("beyond");
  try {
    const answer = await fetch(form.dataset.live, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: settings(),
    });
    const seen = await answer.json();
    beyond.hidden = answer.ok;
    if (!answer.ok) {
      beyond.textContent = seen.error;
      return;
    }
    fill(seen);
  } catch {
    beyond.hidden = false;
    beyond.textContent = form.dataset.offline;
  } finally {
    figures.removeAttribute("aria-busy");
  }
}

function fill(seen) {
  const parts = { ...seen.figures, numbers: seen.numbers, compared: seen.compared || "" };
  for (const place of document.querySelectorAll("[data-fragment]")) {
    const part = parts[place.dataset.fragment];
    if (part === undefined) continue;
    const open = [...place.querySelectorAll("details")].map((fold) => fold.open);
    place.innerHTML = part;
    place.querySelectorAll("details").forEach((fold, i) => (fold.open = open[i] ?? fold.open));
  }
  document.querySelector("[data-compared]").hidden = !seen.compared;
  player.filled();
  const speed = document.querySelector(".speed");
  speed.textContent = speed.dataset.told.replace("{people}", seen.people).replace("{ms}", seen.milliseconds);
}

// The section through the skin: frames from the moment of the needles to the months. All of them are in the page; one is shown.
const player = {
  box: document.querySelector(".player"),
  range: document.getElementById("moment"),
  button: document.querySelector("[data-play]"),
  words: null,
  timer: null,
  place() {
    return document.querySelector('[data-fragment="section"]');
  },
  filled() {
    const frames = [...this.place().querySelectorAll(".frame")].map((frame) => Number(frame.dataset.frame));
    const last = Math.max(0, ...frames);
    this.box.hidden = last === 0;
    this.range.max = last;
    this.at(Math.min(Number(this.range.value), last));
  },
  at(number) {
    this.range.value = number;
    for (const frame of this.place().querySelectorAll(".frame")) frame.hidden = Number(frame.dataset.frame) !== Number(number);
    for (const still of this.place().querySelectorAll(".still")) {
      still.classList.toggle("shown", Number(still.dataset.frame) === Number(number));
    }
    const label = this.place().querySelector(`.still[data-frame="${number}"] span`)?.textContent || "";
    document.querySelector("[data-moment]").textContent = label;
    this.range.setAttribute("aria-valuetext", label);
  },
  // While it plays, captions change too often to be read out.
  quiet(playing) {
    this.place().querySelectorAll("[aria-live]").forEach((caption) => caption.setAttribute("aria-live", playing ? "off" : "polite"));
  },
  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.button.textContent = this.words;
    this.quiet(false);
  },
  toggle() {
    if (this.timer) return this.stop();
    this.words ||= this.button.textContent;
    this.button.textContent = this.button.dataset.pause;
    this.quiet(true);
    if (Number(this.range.value) >= Number(this.range.max)) this.at(0);
    this.timer = setInterval(() => {
      const next = Number(this.range.value) + 1;
      if (next > Number(this.range.max)) return this.stop();
      this.at(next);
    }, 800);
  },
};

async function front() {
  const place = document.querySelector("[data-front]");
  try {
    const answer = await fetch(place.dataset.front, { headers: { accept: "text/html" } });
    if (answer.redirected) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    place.innerHTML = await answer.text();
  } catch {
    place.querySelector("progress")?.remove();
  }
}

// A plan of the front is taken over into the settings, zone by zone in their order.
function take(alternative) {
  const zones = [...form.querySelectorAll("[data-zone]")];
  zones.forEach((zone, i) => {
    put(zone.querySelector('[name^="needle."]'), alternative.needle_mm[i]);
    put(zone.querySelector('[name^="passes."]'), alternative.passes[i]);
  });
  put(form.elements.sessions, alternative.sessions);
  put(form.elements.interval_days, alternative.interval_days);
  outputs();
  show();
  form.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function put(input, value) {
  if (input && value !== undefined && value !== null) input.value = value;
}

function outputs() {
  for (const output of form.querySelectorAll("output")) {
    const input = document.getElementById(output.htmlFor[0]);
    if (input) told(output, input);
  }
}

if (form) {
  // Another device has other lengths and limits: the page begins anew with it.
  form.elements.device.addEventListener?.("change", (event) => {
    const address = new URL(event.target.dataset.again, location);
    address.searchParams.set("device", event.target.value);
    location.assign(address);
  });
  form.addEventListener("input", (event) => {
    if (event.target.name === "device") return;
    const output = form.querySelector(`output[for="${CSS.escape(event.target.id)}"]`);
    if (output) told(output, event.target);
    show();
  });
  form.addEventListener("reset", () => setTimeout(() => (outputs(), show())));
  const hold = form.querySelector("[data-hold]");
  hold.addEventListener("click", () => {
    held = held ? "" : new URLSearchParams(new FormData(form)).toString();
    hold.setAttribute("aria-pressed", String(Boolean(held)));
    show();
  });
  document.querySelector("[data-front]").addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (button) take(JSON.parse(button.dataset.take));
  });
  player.button.addEventListener("click", () => player.toggle());
  player.place().addEventListener("click", (event) => {
    const still = event.target.closest(".still");
    if (still) player.at(still.dataset.frame);
  });
  player.range.addEventListener("input", () => player.at(player.range.value));
  show().then(front);
}
