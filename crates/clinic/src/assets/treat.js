// The record of a session, saved while it is written. Without this script the form's own button saves.
//
// Each field goes to the server by itself, as "this value, if that one stood there": so two people write in one
// session, and only a field that both changed is asked about. Clocks count from times that the server keeps.

const session = document.querySelector("#session");
const sheet = document.querySelector("#sheet");
const words = session.dataset;
if ("edit" in session.dataset) start();

function start() {
  const address = session.dataset.address;
  let version = Number(session.dataset.version);
  // What the server's clock is ahead of this one's.
  let ahead = Number(session.dataset.now) - Date.now();
  const known = new Map(Object.entries(JSON.parse(sheet.elements.shown.value)));
  const events = document.querySelectorAll(".written-events > li").length;
  session.classList.add("live");
  for (const button of session.querySelectorAll("[data-fill]")) button.hidden = false;

  // ---- Saving: one change after another, kept until the server has it.

  const waiting = new Map();
  let sending = false;
  const saving = document.querySelector("#saving");

  const valueOf = (input) => (input.type === "checkbox" ? (input.checked ? "yes" : "") : input.value);
  const inputOf = (field) => sheet.querySelector(`[data-field="${CSS.escape(field)}"]`);
  const boxOf = (field) => inputOf(field)?.closest(".field, .point");

  function wants(field, value) {
    const box = boxOf(field);
    box?.querySelector(".field-error")?.remove();
    box?.classList.remove("refused", "saved");
    if (value === (known.get(field) ?? "")) {
      waiting.delete(field);
      box?.classList.remove("unsaved");
      return;
    }
    box?.classList.add("unsaved");
    waiting.set(field, value);
    send();
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waiting.size > 0) {
      const [field, value] = waiting.entries().next().value;
      const tick = field.match(/^tick\.(\d+)$/);
      const body = tick ? { step: Number(tick[1]), done: value === "yes" } : { field, value, was: known.get(field) ?? "" };
      try {
        const answer = await post(address + (tick ? "/check" : "/field"), body);
        // A newer value of the same field waits for the next round.
        if (waiting.get(field) === value) waiting.delete(field);
        heard(answer, field);
      } catch (failed) {
        say(failed.told ?? words.unsaved, true);
        await new Promise((again) => setTimeout(again, 4000));
      }
    }
    sending = false;
  }

  async function post(to, body) {
    const answer = await fetch(to, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.status >= 500) throw new Error(String(answer.status));
    const told = await answer.json();
    // Signed out: what was written waits until somebody signs in again, in another window for instance.
    if (answer.status === 401) throw Object.assign(new Error("401"), { told: told.error });
    return { ok: answer.ok, ...told };
  }

  function heard(answer, field) {
    if (!answer.fields) {
      say(answer.error ?? words.unsaved, true);
      return;
    }
    const box = boxOf(field);
    box?.classList.remove("unsaved");
    apply(answer, answer.ok ? null : field);
    if (answer.ok) {
      box?.classList.add("saved");
      say(words.saved, false);
    } else if (answer.clash) {
      saving.hidden = true;
      ask(field, answer.clash);
    } else {
      box?.classList.add("refused");
      const error = document.createElement("p");
      error.className = "field-error";
      error.setAttribute("role", "alert");
      error.textContent = answer.refused;
      box?.append(error);
      if (answer.closed) say(answer.refused, true);
      // A tick that was not taken is no tick; what was typed stays to be corrected.
      if (field.startsWith("tick.")) { put(field, known.get(field) ?? ""); refresh(); }
    }
  }

  function say(text, bad) {
    saving.hidden = false;
    saving.classList.toggle("bad", bad);
    if (saving.textContent !== text) saving.textContent = text;
  }

  // Two people wrote in one field: both values are shown, and one is chosen.
  function ask(field, clash) {
    const box = boxOf(field);
    box.querySelector(".clash")?.remove();
    const question = document.querySelector("#clash").content.cloneNode(true);
    const [theirs, mine] = question.querySelectorAll("button");
    theirs.append(" ", clash.now || "\u2013");
    mine.append(" ", clash.wanted || "\u2013");
    const asked = question.firstElementChild;
    theirs.addEventListener("click", () => { put(field, clash.now); asked.remove(); refresh(); });
    mine.addEventListener("click", () => { asked.remove(); put(field, clash.wanted); wants(field, clash.wanted); });
    box.append(question);
    theirs.focus();
  }

  function put(field, value) {
    const input = inputOf(field);
    if (!input) return;
    if (input.type === "checkbox") input.checked = value === "yes";
    else {
      if (input.tagName === "SELECT" && ![...input.options].some((option) => option.value === value)) input.add(new Option(value));
      input.value = value;
    }
  }

  // ---- What the server tells, of one's own changes and of others'.

  function apply(state, keep) {
    version = state.version;
    ahead = state.now - Date.now();
    const fields = new Set([...known.keys(), ...Object.keys(state.fields)]);
    for (const field of fields) {
      const now = state.fields[field] ?? "";
      const input = inputOf(field);
      const before = known.get(field) ?? "";
      known.set(field, now);
      // What is being written is left alone; saving it will tell if somebody else wrote there.
      if (!input || field === keep || now === before || waiting.has(field)) continue;
      if (input === document.activeElement && valueOf(input) !== before && input.type !== "checkbox") { known.set(field, before); continue; }
      put(field, now);
    }
    sheet.elements.shown.value = JSON.stringify(Object.fromEntries(known));
    state.ticks.forEach((told, step) => {
      const by = sheet.querySelector(`[data-by="${step}"]`);
      if (by) by.textContent = told;
    });
    document.querySelector("#progress").textContent = state.progress;
    document.querySelector(".session-bar progress").value = state.done;
    stepClock.dataset.since = state.step_since ?? "";
    if (creamClock) {
      creamClock.dataset.on = state.cream_on ?? "";
      creamClock.dataset.off = state.cream_off ?? "";
    }
    if ((state.closed || state.events !== events) && !session.querySelector("#changed")) session.prepend(document.querySelector("#elsewhere").content.cloneNode(true));
    refresh();
  }

  // A screen that nobody touches is not kept signed in by looking.
  const LEFT_ALONE = 15 * 60 * 1000;
  let touched = Date.now();
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => { touched = Date.now(); });

  async function look() {
    if (!document.hidden && !sending && Date.now() - touched < LEFT_ALONE) {
      try {
        const answer = await fetch(`${address}/state?version=${version}`, { headers: { accept: "application/json" } });
        if (answer.status === 200 && !sending) apply(await answer.json(), null);
      } catch { /* The next look may reach the server; what is written is kept either way. */ }
    }
    setTimeout(look, 4000);
  }

  // ---- What follows from the fields: counts, what differs from the plan, dates that are past.

  function refresh() {
    let current = null;
    for (const part of session.querySelectorAll(".checks")) {
      const boxes = [...part.querySelectorAll('[data-field^="tick."]')];
      const count = part.querySelector("[data-count]");
      count.textContent = `${boxes.filter((box) => box.checked).length} / ${boxes.length}`;
      for (const box of boxes) {
        const point = box.closest(".point");
        point.classList.toggle("done", box.checked);
        point.classList.remove("current");
        if (!box.checked) current ??= point;
      }
    }
    current?.classList.add("current");
    stepClock.dataset.minutes = current?.dataset.minutes ?? "";
    for (const zone of session.querySelectorAll(".zone")) {
      const used = (part) => Number(zone.querySelector(`[data-field$=".${part}"]`).value || "NaN");
      const by = [used("needle_mm") - Number(zone.dataset.plannedMm), used("passes") - Number(zone.dataset.plannedPasses)];
      const so = { longer: by[0] > 0.005, shorter: by[0] < -0.005, more: by[1] > 0, fewer: by[1] < 0 };
      for (const told of zone.querySelectorAll("[data-differs]")) told.hidden = !so[told.dataset.differs];
      zone.querySelector(".reason").hidden = !so.longer;
    }
    const grams = Number(inputOf("numbing.grams")?.value || "NaN"), used = inputOf("numbing.product")?.value;
    for (const told of session.querySelectorAll("[data-above]")) {
      told.hidden = !(grams > Number(told.dataset.above) && (told.dataset.cream ?? used) === used);
    }
    for (const told of session.querySelectorAll("[data-expired]")) {
      const day = told.closest("fieldset").querySelector('[type="date"]').value;
      told.hidden = !(day && day < told.dataset.expired);
    }
    const on = known.get("numbing.on"), off = known.get("numbing.off");
    for (const button of session.querySelectorAll("[data-now]")) {
      button.hidden = button.dataset.now === "numbing.on" ? Boolean(on) : !on || Boolean(off);
    }
    tell();
  }

  // ---- Clocks.

  const stepClock = document.querySelector("#step-clock");
  const creamClock = document.querySelector("#cream-clock");
  const spoken = document.querySelector("#spoken");
  const title = document.title;
  let told = null;

  const clock = (seconds) => {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
  };
  const since = (milliseconds) => Math.max(0, Math.floor((Date.now() + ahead - Number(milliseconds)) / 1000));

  function tell() {
    stepClock.hidden = !stepClock.dataset.since || !stepClock.dataset.minutes;
    if (!stepClock.hidden) {
      stepClock.querySelector(".time").textContent = clock(since(stepClock.dataset.since));
      stepClock.querySelector(".of").textContent = `/ ${clock(Math.round(stepClock.dataset.minutes * 60))}`;
    }
    if (creamClock) tellCream();
  }

  function tellCream() {
    const { on, off, seconds, lay, lies } = creamClock.dataset;
    const name = creamClock.querySelector(".name"), time = creamClock.querySelector(".time");
    creamClock.hidden = !on;
    sound.hidden = !on || Boolean(off);
    if (!on) { document.title = title; return; }
    if (off) {
      [name.textContent, time.textContent] = [lay, clock(Math.floor((off - on) / 1000))];
      creamClock.classList.remove("over", "soon");
      document.title = title;
      return;
    }
    const left = seconds ? Number(seconds) - since(on) : null;
    const over = left !== null && left < 0;
    name.textContent = left === null ? lies : over ? words.over : words.left;
    time.textContent = clock(left === null ? since(on) : Math.abs(left));
    creamClock.classList.toggle("over", over);
    creamClock.classList.toggle("soon", left !== null && left <= 300 && !over);
    document.title = `${over ? "\u26a0 +" : ""}${time.textContent} \u2013 ${title}`;
    signal(left);
  }

  // Said once at five minutes, when time is up, and every minute after; also after a reload in the meantime.
  function signal(left) {
    if (left === null || left > 300) return;
    const stage = left > 0 ? "soon" : `over ${Math.floor(-left / 60)}`;
    if (stage === told) return;
    told = stage;
    spoken.textContent = left > 0 ? words.soon : words.offNow;
    if (left <= 0) beep();
  }

  const sound = document.querySelector("#sound") ?? document.createElement("button");
  let audio = null;
  sound.addEventListener("click", () => {
    const on = sound.getAttribute("aria-pressed") !== "true";
    sound.setAttribute("aria-pressed", String(on));
    // Browsers let a page sound only after somebody touched it: this is that touch.
    if (on) { audio ??= new AudioContext(); audio.resume(); beep(); } else { audio?.suspend(); }
  });

  // Two soft tones.
  function beep() {
    if (sound.getAttribute("aria-pressed") !== "true" || !audio) return;
    for (const [pitch, at] of [[660, 0], [880, 0.35]]) {
      const tone = audio.createOscillator(), loudness = audio.createGain(), from = audio.currentTime + at;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0, from);
      loudness.gain.linearRampToValueAtTime(0.15, from + 0.05);
      loudness.gain.linearRampToValueAtTime(0, from + 0.3);
      tone.connect(loudness).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.32);
    }
  }

  // ---- Hands.

  const later = new Map();
  sheet.addEventListener("input", ({ target }) => {
    const field = target.dataset.field;
    if (!field) return;
    clearTimeout(later.get(field));
    const wait = ["checkbox", "date", "time"].includes(target.type) || target.tagName === "SELECT" ? 0 : 700;
    later.set(field, setTimeout(() => { later.delete(field); wants(field, valueOf(target)); }, wait));
    refresh();
  });
  sheet.addEventListener("change", ({ target }) => {
    const field = target.dataset.field;
    if (!field || !later.has(field)) return;
    clearTimeout(later.get(field));
    later.delete(field);
    wants(field, valueOf(target));
  });
  session.addEventListener("click", ({ target }) => {
    const fill = target.closest("[data-fill]");
    if (!fill) return;
    for (const [field, value] of Object.entries(JSON.parse(fill.dataset.fill))) { put(field, value); wants(field, value); }
    refresh();
  });
  sheet.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const field = submitted.submitter?.dataset.now;
    if (field) wants(field, "now");
    else for (const input of sheet.querySelectorAll("[data-field]")) wants(input.dataset.field, valueOf(input));
  });
  // Enter in a field moves on instead of pressing the first button of the form.
  sheet.addEventListener("keydown", (key) => {
    if (key.key === "Enter" && key.target.matches("input:not([type=checkbox])")) { key.preventDefault(); key.target.dispatchEvent(new Event("change", { bubbles: true })); }
  });
  // Leaving for the form of an event or for closing waits until all is saved.
  for (const form of session.querySelectorAll("form:not(#sheet)")) {
    form.addEventListener("submit", async (submitted) => {
      if (waiting.size === 0 && later.size === 0 && !sending) return;
      submitted.preventDefault();
      document.activeElement?.blur();
      while (sending || waiting.size > 0 || later.size > 0) await new Promise((again) => setTimeout(again, 100));
      form.requestSubmit(submitted.submitter);
    });
  }
  addEventListener("beforeunload", (leaving) => {
    if (waiting.size > 0 || later.size > 0) leaving.preventDefault();
  });

  refresh();
  setInterval(tell, 1000);
  setTimeout(look, 4000);
}
