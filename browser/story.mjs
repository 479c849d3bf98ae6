// The whole story in a real browser: consult, be warned, plan, move a slider, treat, follow up, take out, restart, all there.
//
//     node story.mjs PROGRAM [FOLDER FOR PICTURES]
//
// Ends with 0 if all is well, 1 with a sentence for each thing that is not.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Person, browser } from "./seen.mjs";
import { Served } from "./served.mjs";

const [program, pictures] = process.argv.slice(2);
if (!program) {
  console.error("usage: node story.mjs PROGRAM [FOLDER FOR PICTURES]");
  process.exit(2);
}
const chromium = process.env.CHROMIUM || "/usr/bin/chromium";
const folder = await mkdtemp(join(tmpdir(), "needlepoint-story-"));
const served = new Served(program, folder);
const wrong = [];
const running = await browser(chromium);

function ok(what) {
  console.log(`ok     ${what}`);
}

/** Ticks a step of a sheet, and waits until that is saved. */
async function tick(page, number) {
  const saved = page.waitForResponse((response) => response.request().method() === "POST" && response.ok());
  await page.locator("#sheet input[type=checkbox]").nth(number).check();
  await saved;
}

const step = {
  async firstPage(base) {
    const person = await Person.at(base, running, wrong);
    const session = await person.context.newCDPSession(person.page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await person.go("/sign-in");
    await person.page.waitForLoadState("networkidle");
    const loaded = await person.page.evaluate(() => Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd));
    await person.look("sign-in", pictures);
    assert.ok(bytes < 300_000, `the first page takes ${bytes} bytes`);
    ok(`the first page takes ${Math.round(bytes / 1000)} kB, and took ${loaded} ms`);
    await person.context.close();
  },

  async keyboardAlone(base) {
    const person = await Person.at(base, running, wrong);
    const { page } = person;
    await person.go("/sign-in");
    await page.waitForFunction(() => document.activeElement.id === "account");
    await page.keyboard.type("doctor");
    await page.keyboard.press("Tab");
    await page.keyboard.type("needlepoint-demo");
    await page.keyboard.press("Enter");
    await page.waitForURL(base + "/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    // From the content on, the first stops are the search and the way to a new patient.
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.textContent), /New patient/);
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(ring, "solid", "what has the focus shows it");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "New patient" }).waitFor();
    ok("signing in and a new patient with the keyboard alone");
    await person.context.close();
  },

  async newPatient(person) {
    const { page } = person;
    await person.signIn("doctor");
    await person.look("patients", pictures);
    await page.getByLabel("Search patients").fill("nobody of this name");
    await page.getByText("Nobody is found under this name.").waitFor();
    await page.getByRole("link", { name: "New patient" }).click();
    await page.getByLabel("Family name").fill("Story <b>& Söhne</b>");
    await page.getByLabel("Given names").fill("Nora");
    await page.getByLabel("Born").fill("1992-03-04");
    await page.getByLabel("Sex").selectOption("female");
    await person.look("new-patient", pictures);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Story <b>& Söhne</b>, Nora" }).waitFor();
    person.patient = new URL(page.url()).pathname;
    await person.look("overview", pictures);
    ok("a patient, whose name is shown as it was typed");
  },

  async consult(person) {
    const { page } = person;
    await page.getByRole("link", { name: "New consultation" }).click();
    const said = page.locator("#screening .verdict");
    await page.locator('label:has([name="phototype"][value="III"])').click();
    await page.getByRole("button", { name: "Cheeks" }).click();
    await page.locator('[name$=".kind"]').first().selectOption("acne-scars");
    await page.getByLabel("Depth", { exact: true }).fill("0.4");
    await page.getByLabel("There for").fill("6");
    await page.locator('label:has([name="all_others"])').click();
    await page.locator('label:has([name="medicines"][value="none"])').click();
    await said.filter({ hasText: "Go ahead" }).waitFor();
    await person.look("consult", pictures);
    ok("consult: the map, a concern, the history; screening says go ahead as one types");
  },

  async beWarned(person) {
    const { page } = person;
    const pregnant = (answer) => page.locator(`label:has([name="history.pregnancy"][value="${answer}"])`).click();
    await pregnant("yes");
    const said = page.locator("#screening");
    await said.locator(".verdict").filter({ hasNotText: "Go ahead" }).waitFor();
    const reason = said.locator("details").first();
    await reason.locator("summary").first().click();
    assert.match(await said.textContent(), /pregnan/i, "the reason names what it is about");
    await person.look("warned", pictures);
    await pregnant("no");
    await said.locator(".verdict").filter({ hasText: "Go ahead" }).waitFor();
    ok("be warned: a pregnancy turns the verdict, the reason opens its source; taken back, it is go again");
  },

  async saveConsultation(person) {
    const { page } = person;
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("link", { name: "Plan", exact: true }).last().waitFor();
    person.consultation = new URL(page.url()).pathname;
    await page.locator(".next a, a.button").filter({ hasText: /^Plan$/ }).click();
    ok("the consultation is saved");
  },

  async planAndSee(person) {
    const { page } = person;
    await page.locator('[data-fragment="skin"] [role=img]').first().waitFor();
    for (const part of ["calendar", "months", "section", "map", "skin"]) {
      assert.ok(await page.locator(`[data-fragment="${part}"] svg`).count(), `${part} is drawn`);
    }
    const numbers = () => page.locator('[data-fragment="numbers"]').innerText();
    const before = await numbers();
    const slider = page.locator('input[name^="needle."]').first();
    await slider.focus();
    await page.keyboard.press("Home");
    await page.waitForFunction((was) => document.querySelector('[data-fragment="numbers"]').innerText !== was, before);
    ok("plan and see: a slider moved by the keyboard is simulated again");
    await page.getByRole("button", { name: "Hold against" }).click();
    await page.locator("[data-compared]:not([hidden]) [role=img]").first().waitFor();
    await page.keyboard.press("Tab");
    await slider.focus();
    await page.keyboard.press("End");
    await page.locator('[data-fragment="compared"] [role=img]').first().waitFor();
    ok("two plans stand beside each other");
    await page.getByRole("button", { name: "Hold against" }).click();
    await page.locator("[data-compared][hidden]").waitFor({ state: "attached" });
    await page.locator("[data-front] [role=img]").first().waitFor({ timeout: 60_000 });
    const range = page.locator("#moment");
    await range.focus();
    await page.keyboard.press("End");
    assert.match(await page.locator("[data-moment]").innerText(), /month/);
    ok("the section of the skin is wound on to the months, and the front is there");
    await person.look("plan", pictures);
    await page.getByRole("button", { name: "Keep this plan" }).click();
    await page.getByRole("heading", { name: "Days of the sessions" }).waitFor();
    person.plan = new URL(page.url()).pathname;
    await person.look("kept-plan", pictures);
    for (const [file, starts] of [["plan.pdf", "%PDF"], ["patient.pdf", "%PDF"], ["session-1.pdf", "%PDF"], ["aftercare.ics", "BEGIN:VCALENDAR"]]) {
      const answer = await page.request.get(`${person.base}${person.plan}/files/${file}`);
      assert.equal(answer.status(), 200, file);
      assert.ok((await answer.text()).startsWith(starts), file);
    }
    ok("plan, letter, sheet and calendar can be had");
  },

  async treat(person) {
    const { page } = person;
    await page.getByRole("link", { name: "To the session" }).first().click();
    await page.getByRole("button", { name: /Begin/ }).first().click();
    await page.locator("#sheet input[type=checkbox]").first().waitFor();
    person.session = new URL(page.url()).pathname;
    await tick(page, 0);
    const saved = () => page.waitForResponse((response) => response.request().method() === "POST" && response.ok());
    const lot = saved();
    await page.locator('#sheet [data-field$=".lot"]').first().fill("LOT-4711");
    await page.locator('#sheet [data-field$=".lot"]').first().blur();
    await lot;
    const cream = saved();
    await page.locator('[data-now="numbing.on"]').click();
    await cream;
    await page.reload();
    assert.ok(await page.locator("#sheet input[type=checkbox]").first().isChecked(), "a tick is kept");
    assert.equal(await page.locator('#sheet [data-field$=".lot"]').first().inputValue(), "LOT-4711");
    await person.look("session", pictures);
    ok("treat: ticks, lots and the clock of the cream outlive a reload");
  },

  async twoAtOnce(person, assistant) {
    await assistant.signIn("assistant");
    await assistant.go(person.session);
    await tick(assistant.page, 1);
    await tick(person.page, 2);
    await person.page.reload();
    const ticked = await person.page.locator("#sheet input[type=checkbox]:checked").count();
    assert.ok(ticked >= 3, `${ticked} of 3 ticks by two people are there`);
    ok("two people at one session lose nothing of each other");
    await person.go(person.patient + "/edit");
    await assistant.go(person.patient + "/edit");
    await assistant.page.getByLabel("Note").fill("called by the assistant");
    await assistant.page.getByRole("button", { name: "Save" }).click();
    await assistant.page.waitForURL(person.base + person.patient);
    await person.page.getByLabel("Note").fill("seen by the doctor");
    await person.page.getByRole("button", { name: "Save" }).click();
    await person.page.getByText("assistant changed this").waitFor();
    assert.equal(await person.page.getByLabel("Note").inputValue(), "seen by the doctor");
    await person.page.getByRole("button", { name: "Save" }).click();
    await person.page.getByText("seen by the doctor").waitFor();
    ok("two people at one patient are told of each other, and what was typed stays");
  },

  async finish(person) {
    const { page } = person;
    await person.go(person.session);
    await page.getByRole("button", { name: /Finish|Close/ }).first().click();
    const anyway = page.locator('button[name="anyway"]');
    if (await anyway.count()) await anyway.click();
    await page.waitForLoadState("networkidle");
    ok("the session is closed, with what was left open named");
  },

  async photograph(person) {
    const { page } = person;
    await person.go(person.patient + "/photographs");
    const picture = await page.screenshot({ type: "jpeg", clip: { x: 0, y: 0, width: 640, height: 480 } });
    await page.getByLabel("Photograph (JPEG or PNG)").setInputFiles({ name: "face.jpg", mimeType: "image/jpeg", buffer: picture });
    await page.getByLabel("What it shows").fill("before");
    await page.getByRole("button", { name: "Add a photograph" }).click();
    await page.locator(".gallery img").waitFor();
    await page.waitForFunction(() => document.querySelector(".gallery img").naturalWidth > 0);
    await person.look("photographs", pictures);
    ok("a photograph is taken in and shown");
  },

  async followUp(person) {
    const { page } = person;
    await person.go(person.patient + "/visits/new");
    const score = page.locator('form.visit input[type="number"]').first();
    await score.fill("1");
    await person.look("visit", pictures);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await person.go(person.patient + "/visits");
    await page.getByRole("heading", { name: "Visits", exact: true }).waitFor();
    await person.look("visits", pictures);
    ok("follow up: a visit with a score");
  },

  async learned(person) {
    const { page } = person;
    await person.go("/");
    await page.getByRole("link", { name: "Saga, Sven" }).click();
    await page.getByRole("link", { name: "Follow up" }).click();
    await page.getByRole("link", { name: "Plan again with this" }).waitFor({ timeout: 60_000 });
    await page.locator("main svg[role=img]").first().waitFor();
    await person.look("follow-up", pictures);
    await page.getByRole("link", { name: "Plan again with this" }).click();
    await page.getByText("own people").first().waitFor();
    await page.locator('[data-fragment="skin"] [role=img]').first().waitFor();
    ok("what was seen stands beside what was foretold, and the next plan uses it");
  },

  async takeOut(base) {
    const person = await Person.at(base, running, wrong);
    await person.signIn("admin");
    await person.go("/accounts");
    await person.look("accounts", pictures);
    await person.go("/account");
    await person.look("account", pictures);
    await person.go("/records");
    await person.look("records", pictures);
    for (const form of ["json", "fhir", "study-csv", "study-parquet"]) {
      const answer = await person.page.request.get(`${base}/records/export?form=${form}`);
      assert.equal(answer.status(), 200, form);
      const bytes = await answer.body();
      await writeFile(join(folder, `export-${form}`), bytes);
      const text = bytes.toString("latin1");
      assert.equal(text.includes("Nora"), form === "json" || form === "fhir", `${form} and names`);
    }
    await person.context.close();
    ok("all records are taken out, for research without names");
  },

  async refused(base) {
    const person = await Person.at(base, running, wrong);
    await person.signIn("reader");
    await person.go("/accounts");
    await person.page.getByRole("heading", { name: "Not with this account" }).waitFor();
    await person.look("refused", pictures);
    await person.context.close();
    ok("who may only read is refused with a sentence");
  },

  async withoutScript(person) {
    const plain = await Person.at(person.base, running, wrong, { javaScriptEnabled: false });
    await plain.signIn("doctor");
    await plain.go(person.consultation);
    await plain.page.getByRole("button", { name: "Screen", exact: true }).click();
    await plain.page.locator("#screening .verdict").filter({ hasText: "Go ahead" }).waitFor();
    await plain.go(person.session);
    await plain.page.getByRole("heading", { level: 1 }).waitFor();
    await plain.context.close();
    ok("consultation and session work without script");
  },

  async restart(person) {
    const exported = await readFile(join(folder, "export-json"), "utf8");
    assert.equal(await served.stop(), 0, served.output);
    const base = await served.start();
    const again = await Person.at(base, running, wrong);
    await again.signIn("doctor");
    await again.go(person.patient);
    for (const what of ["Consultation", "Plan", "Session", "Visit"]) {
      assert.ok(await again.page.locator(".story").getByText(what).count(), `${what} is there`);
    }
    await again.go(person.session);
    assert.match(await again.page.content(), /LOT-4711/);
    await again.context.close();
    const admin = await Person.at(base, running, wrong);
    await admin.signIn("admin");
    const answer = await admin.page.request.get(`${base}/records/export?form=json`);
    assert.deepEqual(JSON.parse(await answer.text()), JSON.parse(exported), "the same records after a restart");
    await admin.context.close();
    ok("after a restart all is there, to the byte of the export");
  },
};

/** Pictures of every open page, to find out what went wrong. */
async function whatWasSeen() {
  if (!pictures) return;
  let number = 0;
  for (const context of running.contexts()) {
    for (const page of context.pages()) await page.screenshot({ path: `${pictures}/wrong-${number++}.png`, fullPage: true });
  }
}

try {
  const base = await served.start();
  await step.firstPage(base);
  await step.keyboardAlone(base);
  const doctor = await Person.at(base, running, wrong);
  const assistant = await Person.at(base, running, wrong);
  await step.newPatient(doctor);
  await step.consult(doctor);
  await step.beWarned(doctor);
  await step.saveConsultation(doctor);
  await step.planAndSee(doctor);
  await step.treat(doctor);
  await step.twoAtOnce(doctor, assistant);
  await step.finish(doctor);
  await step.photograph(doctor);
  await step.followUp(doctor);
  await step.learned(doctor);
  await step.withoutScript(doctor);
  await step.refused(base);
  await step.takeOut(base);
  await step.restart(doctor);
} catch (error) {
  wrong.push(error.stack);
  await whatWasSeen();
} finally {
  await running.close();
  await served.stop();
  await rm(folder, { recursive: true, force: true });
}
for (const sentence of wrong) console.error(`WRONG  ${sentence}`);
process.exit(wrong.length ? 1 : 0);
