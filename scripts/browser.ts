import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import { chromium, type Page } from "playwright-core";
import { lookAtIdentity } from "./browser/identity.ts";
import { lookAtOidc, pagesPerMinute } from "./browser/oidc.ts";
import { lookAtPayment } from "./browser/payment.ts";
import { authenticate, patienceMs } from "./browser/window.ts";
import { startOwnHub } from "./story/own-hub.ts";

/** Opens the IDE and the pages of sign-in in a real browser, against a hub and a sandbox of its own, and looks at what people would do first. */

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const shots = ".data/screenshots";

/** Runs the tab with this name and answers what the response shows, once it matches. */
async function runTab(page: Page, name: string, expected: RegExp): Promise<void> {
  await page.locator(".graphiql-editor .view-line").first().waitFor();
  await page.locator(".graphiql-tab-button", { hasText: new RegExp(`^${name}$`) }).click();
  // GraphiQL notes the operation of a tab a moment after it shows it, and would run the one before; it keeps the query as it does.
  await page.waitForFunction(operation => Object.keys(localStorage).some(key => key.endsWith(":query") && localStorage.getItem(key)!.includes(operation)), `query ${name}`);
  await page.locator(".graphiql-execute-button").click();
  await page.locator(".graphiql-response .view-lines").filter({ hasText: expected }).waitFor();
}

async function signIn(page: Page, choice: string, person: RegExp): Promise<void> {
  await page.locator(".hub-menu summary").click();
  await page.locator(".hub-menu a", { hasText: choice }).first().click();
  await page.locator("ul.choices a").first().click();
  await authenticate(page, person);
}

async function look(page: Page, url: string): Promise<void> {
  const faults: string[] = [];
  page.on("pageerror", error => faults.push(`error: ${error.message}`));
  // The simulators have no picture for their pages.
  page.on("console", message => message.type() === "error" && (message.location().url.startsWith(url) || !message.location().url.endsWith("/favicon.ico")) && faults.push(`console: ${message.text()} ${message.location().url}`));
  page.on("request", request => !/^(?:http|ws)s?:\/\/localhost[:/]|^(?:data|blob):/.test(request.url()) && faults.push(`left the machine: ${request.url()}`));

  await page.goto(`${url}/`);
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await runTab(page, "Catalogue", /Comune\sdi\sCuneo/);
  await page.screenshot({ path: `${shots}/visitor.png` });
  console.log("✔ a visitor reads the catalogue");

  await signIn(page, "Cittadino con SPID", /Ada Rossi/);
  await page.locator(".hub-caller", { hasText: "Ada Rossi" }).waitFor();
  await runTab(page, "Me", /provenance/);
  await page.screenshot({ path: `${shots}/citizen.png` });
  console.log("✔ a citizen signs in with SPID and reads her own data");

  await page.locator(".hub-menu summary").click();
  await page.getByRole("button", { name: /Amministrazione partner/ }).click();
  await page.locator(".hub-caller", { hasText: "partner" }).waitFor();
  await runTab(page, "VerifyResidence", /"resident"/);
  await page.screenshot({ path: `${shots}/partner.png` });
  console.log("✔ a partner verifies a residence");
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** Whether a program is a browser, and not a note in its place that says how to get one. */
async function runs(program: string): Promise<boolean> {
  return existsSync(program) && promisify(execFile)(program, ["--version"]).then(() => true, () => false);
}

async function findBrowser(): Promise<string | undefined> {
  for (const program of programs) if (await runs(program)) return program;
  return undefined;
}

async function lookAtAll(executablePath: string): Promise<void> {
  await mkdir(shots, { recursive: true });
  const { hub, sandbox, stop } = await startOwnHub({ PAGES_PER_MINUTE: String(pagesPerMinute), TRUST_PROXY: "127.0.0.1,::1" });
  const browser = await chromium.launch({ executablePath, timeout: 4 * patienceMs, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] }).catch(async (failure: unknown) => {
    await stop();
    throw failure;
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "it-IT" });
  page.setDefaultTimeout(patienceMs);
  try {
    await look(page, hub);
    const stage = { hub, sandbox, shots };
    const pages = (await lookAtIdentity(browser, stage)) + (await lookAtOidc(browser, stage));
    console.log(`✔ ${pages} pages of sign-in and sign-out are accessible, on a desk and on a phone`);
    const returns = await lookAtPayment(browser, stage);
    console.log(`✔ notices are paid, cancelled and refused at the payment page, and ${returns} pages on the way back are accessible, on a desk and on a phone`);
    console.log(`Pictures in ${shots}.`);
  } catch (failure) {
    console.error(`✘ ${(failure as Error).message}`);
    process.exitCode = 1;
    for (const [index, open] of browser.contexts().flatMap(context => context.pages()).entries()) await open.screenshot({ path: `${shots}/failure-${index}.png` }).catch(() => undefined);
  } finally {
    await browser.close();
    await stop();
  }
}

const program = await findBrowser();
if (program === undefined) console.log(`No browser to look with (${programs.join(", ")}).`);
else await lookAtAll(program);
