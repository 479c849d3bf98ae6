// A page as people see it: a browser, what is wrong with a page, and pictures of it.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [360, 768, 1280];

export async function browser(program) {
  return chromium.launch({
    executablePath: program,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/** Somebody at a screen. Whatever goes wrong on any page is kept in `wrong`. */
export class Person {
  constructor(base, context, wrong) {
    Object.assign(this, { base, context, wrong });
  }

  static async at(base, program, wrong, options = {}) {
    const context = await program.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
    const person = new Person(base, context, wrong);
    person.page = await context.newPage();
    person.watch();
    return person;
  }

  watch() {
    const own = (address) => address.startsWith(this.base) || address.startsWith("blob:") || address.startsWith("data:");
    this.page.on("request", (request) => {
      if (!own(request.url())) this.wrong.push(`a page asked for ${request.url()}`);
    });
    this.page.on("pageerror", (error) => this.wrong.push(`script on ${this.page.url()}: ${error.message}`));
    this.page.on("console", (message) => {
      // A refusal that is expected is told on the console too.
      if (message.type() === "error" && !/status of (401|403|404|409|413|422|429)/.test(message.text())) {
        this.wrong.push(`console of ${this.page.url()}: ${message.text()}`);
      }
    });
  }

  go(path) {
    return this.page.goto(this.base + path);
  }

  async signIn(account, password = "needlepoint-demo") {
    await this.go("/sign-in");
    await this.page.getByLabel("Account").fill(account);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.waitForURL(this.base + "/");
  }

  /** Looks at the page in every width, light and dark: what axe finds, and what runs over the edge. */
  async look(name, pictures) {
    const { page } = this;
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) this.wrong.push(`${name} at ${width} px is ${over} px too wide: ${await this.#widest()}`);
      }
      await page.evaluate(axe);
      const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), RULES);
      for (const { id, help, nodes } of found.violations) {
        const first = nodes[0];
        this.wrong.push(`${name}, ${colorScheme}: ${id}: ${help} (${nodes.length}), first ${first.target}: ${first.any[0]?.message || first.html.slice(0, 120)}`);
      }
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.setViewportSize({ width: 1280, height: 900 });
    if (pictures) await this.#picture(`${pictures}/clinic-${name}.png`);
    console.log(`ok     ${name}: axe, light and dark, ${WIDTHS.join(", ")} px`);
  }

  /** A picture of the page from its top, as tall as the page but no taller than a sheet. */
  async #picture(path) {
    const height = await this.page.evaluate(() => Math.min(document.documentElement.scrollHeight, 1600));
    await this.page.setViewportSize({ width: 1280, height: Math.max(height, 400) });
    await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.screenshot({ path });
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }

  #widest() {
    return this.page.evaluate(() => {
      const inside = (e) => {
        for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible") return true;
        return false;
      };
      const over = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 && !inside(e));
      const last = over.pop();
      return last ? `<${last.tagName.toLowerCase()} class="${last.getAttribute("class") || ""}"> ${last.textContent.trim().slice(0, 40)}` : "?";
    });
  }
}
