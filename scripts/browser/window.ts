import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Where the hub and the identity provider are reached, and where pictures go. */
export interface Stage {
  readonly hub: string;
  readonly sandbox: string;
  readonly shots: string;
}

/** The sizes at which pages are looked at. */
export const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** How long anything on a page is waited for, in milliseconds: whoever looks has time, the machine may have much to do. */
export const patienceMs = 60_000;

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** One window, in which every page that is looked at is judged. */
export class Window {
  looked = 0;

  private constructor(readonly page: Page, private readonly name: string, private readonly stage: Stage) {}

  static async open(context: BrowserContext, name: string, stage: Stage): Promise<Window> {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    return new Window(page, name, stage);
  }

  /** Judges the page that is shown: WCAG 2.1 AA as far as a program can, the title, no scrolling sideways, and that it is the one expected. */
  async judge(what: string, title: RegExp): Promise<void> {
    await this.page.locator("h1", { hasText: title }).waitFor();
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate(runOnly => (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly }), rules);
    const sideways = await this.page.evaluate("document.documentElement.scrollWidth > innerWidth");
    await this.page.screenshot({ path: `${this.stage.shots}/${this.name}-${what}.png`, fullPage: true });
    const faults = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(" ")})`);
    if (sideways === true) faults.push("the page scrolls sideways");
    if (faults.length > 0) throw new Error(`${this.name}, ${what}:\n${faults.join("\n")}`);
    this.looked += 1;
  }

  /** Goes from the choice to the provider and through its pages, up to what it hands over. */
  async signIn(query: string, person: RegExp, provider = "Identità Uno"): Promise<void> {
    await this.page.goto(`${this.stage.hub}/spid/login?${query}`);
    await this.page.getByRole("link", { name: provider }).click();
    await this.authenticate(person);
  }

  authenticate(person: RegExp): Promise<void> {
    return authenticate(this.page, person);
  }
}

/** Goes through the provider's pages: whom it knows does not choose again, and below level 2 it asks for no code. */
export async function authenticate(page: Page, person: RegExp): Promise<void> {
  const someone = page.getByRole("button", { name: person });
  const code = page.locator("input[name=code]");
  const consent = page.getByRole("button", { name: "Acconsento", exact: true });
  await someone.or(code).or(consent).waitFor();
  if (await someone.isVisible()) {
    await someone.click();
    await code.or(consent).waitFor();
  }
  if (await code.isVisible()) {
    await code.fill(await page.locator("#sandbox-code").innerText());
    await page.getByRole("button", { name: "Conferma" }).click();
  }
  await consent.click();
}

/** Looks at pages at each of the sizes, each in a window of its own; how many it was. */
export async function lookAtSizes(browser: Browser, stage: Stage, look: (window: Window, stage: Stage) => Promise<void>): Promise<number> {
  let looked = 0;
  for (const [name, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, locale: "it-IT", isMobile: name === "phone" });
    const window = await Window.open(context, name, stage);
    await look(window, stage);
    looked += window.looked;
    await context.close();
  }
  return looked;
}
