import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import { lookAtIdentity } from "./browser/identity.ts";
import { lookAtOidc, pagesPerMinute } from "./browser/oidc.ts";
import { lookAtPayment } from "./browser/payment.ts";

/** Opens the IDE and the pages of sign-in in a real browser, against a hub and a sandbox of its own, and looks at what people would do first. */

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const shots = ".data/screenshots";

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise(listening => probe.once("listening", listening));
  const address = probe.address();
  await new Promise(closed => probe.close(closed));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** A hub that nobody else uses. */
async function startHub(): Promise<{ readonly url: string; readonly sandboxUrl: string; stop(): Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), "sportello-hub-browser-"));
  const [port, sandboxPort, smtpPort] = [await freePort(), await freePort(), await freePort()];
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, ["dist/server/start.js"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...env, PORT: String(port), SANDBOX_PORT: String(sandboxPort), SANDBOX_SMTP_PORT: String(smtpPort), DATA_DIR: data, SANDBOX_DATA: join(data, "sandbox"), PAGES_PER_MINUTE: String(pagesPerMinute), TRUST_PROXY: "127.0.0.1,::1" },
  });
  const url = `http://localhost:${port}`;
  for (let tries = 0; ; tries += 1, await sleep(100)) {
    if (await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)) break;
    if (tries === 600 || child.exitCode !== null) throw new Error("the hub does not come up");
  }
  return {
    url,
    sandboxUrl: `http://localhost:${sandboxPort}`,
    async stop() {
      const gone = new Promise(exit => child.once("exit", exit));
      child.kill("SIGTERM");
      await gone;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Runs the tab with this name and answers what the response shows, once it matches. */
async function runTab(page: Page, name: string, expected: RegExp): Promise<void> {
  await page.locator(".graphiql-tab-button", { hasText: new RegExp(`^${name}$`) }).click();
  // GraphiQL notes the operations of the tab a moment after it shows it.
  await sleep(500);
  await page.locator(".graphiql-execute-button").click();
  await page.locator(".graphiql-response .view-lines").filter({ hasText: expected }).waitFor();
}

async function signIn(page: Page, choice: string, person: RegExp): Promise<void> {
  await page.locator(".hub-menu summary").click();
  await page.locator(".hub-menu a", { hasText: choice }).first().click();
  await page.locator("ul.choices a").first().click();
  await page.getByRole("button", { name: person }).click();
  const code = page.locator("input[name=code]");
  await code.fill((await page.locator("main").innerText()).match(/\b\d{6}\b/)?.[0] ?? "");
  await page.locator("button[type=submit], button:not([value=cancel])").first().click();
  await page.getByRole("button", { name: "Acconsento", exact: true }).click();
  await page.locator(".graphiql-execute-button").waitFor();
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

const executablePath = programs.find(existsSync);
if (executablePath === undefined) {
  console.log(`No browser to look with (${programs.join(", ")}).`);
} else {
  await mkdir(shots, { recursive: true });
  const hub = await startHub();
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "it-IT" });
  page.setDefaultTimeout(15_000);
  try {
    await look(page, hub.url);
    const stage = { hub: hub.url, sandbox: hub.sandboxUrl, shots };
    const pages = (await lookAtIdentity(browser, stage)) + (await lookAtOidc(browser, stage));
    console.log(`✔ ${pages} pages of sign-in and sign-out are accessible, on a desk and on a phone`);
    const returns = await lookAtPayment(browser, stage);
    console.log(`✔ notices are paid, cancelled and refused at the payment page, and ${returns} pages on the way back are accessible, on a desk and on a phone`);
    console.log(`Pictures in ${shots}.`);
  } catch (failure) {
    await page.screenshot({ path: `${shots}/failure.png` });
    console.error(`✘ ${(failure as Error).message}`);
    process.exitCode = 1;
  } finally {
    await browser.close();
    await hub.stop();
  }
}
