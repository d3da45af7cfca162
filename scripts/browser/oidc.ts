import { createHash } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { lookAtSizes, patienceMs, sizes, Window, type Stage } from "./window.ts";

/** The app of the demonstration, and where it is answered: nobody listens there, so the browser is answered here. */
const client = "app-demo";
const callback = "http://127.0.0.1:51234/callback";
const verifier = "a-verifier-of-forty-three-characters-or-more-x";

/** Where an app sends people to sign in. */
const authorization = (hub: string, more: Readonly<Record<string, string>> = {}): string =>
  `${hub}/oidc/auth?${new URLSearchParams({
    client_id: client, response_type: "code", scope: "openid profile", redirect_uri: callback, state: "a-state",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256", ...more,
  }).toString()}`;

/** What the app was told. */
async function told(page: Page): Promise<URLSearchParams> {
  await page.waitForURL(url => url.href.startsWith(callback));
  return new URL(page.url()).searchParams;
}

function expectThat(held: boolean, what: string): void {
  if (!held) throw new Error(what);
}

async function lookAt(window: Window, { hub }: Stage): Promise<void> {
  const { page } = window;
  await page.route(`${callback}*`, route => route.fulfill({ contentType: "text/html", body: "<title>app</title>" }));

  await page.goto(authorization(hub, { acr_values: "https://www.spid.gov.it/SpidL2" }));
  await window.judge("oidc-choice", /Accedi/);
  await page.getByRole("link", { name: "Identità Uno" }).click();
  await window.authenticate(/Ada Rossi/);
  await window.judge("oidc-consent", /Vuoi usare/);
  await page.getByRole("button", { name: "Prosegui" }).click();
  expectThat((await told(page)).has("code"), "the app got no code");

  // Going back to a step that is done leads to a page, and nothing goes on by itself.
  await page.goBack();
  await window.judge("oidc-back", /già concluso/);

  await page.goto(authorization(hub, { prompt: "consent" }));
  await window.judge("oidc-consent-again", /Vuoi usare/);
  await page.getByRole("button", { name: "Annulla" }).click();
  expectThat((await told(page)).get("error") === "access_denied", "a refusal is not told to the app");

  await page.goto(authorization(hub, { acr_values: "https://www.spid.gov.it/SpidL3" }));
  await window.judge("oidc-step-up", /livello 3/);
  await page.getByRole("link", { name: "Annulla" }).click();
  expectThat((await told(page)).get("error") === "access_denied", "who does not want a higher level is not told to the app");

  await page.goto(`${hub}/oidc/auth?client_id=nobody`);
  await window.judge("oidc-refused", /Non è possibile proseguire/);
  await page.goto(`${hub}/oidc/interaction/none`);
  await window.judge("oidc-late", /già concluso/);

  await page.goto(authorization(hub));
  await page.getByRole("button", { name: "Prosegui" }).click();
  await told(page);
  await page.goto(`${hub}/oidc/logout?client_id=${client}`);
  await window.judge("oidc-sign-out", /Vuoi uscire/);
  await page.getByRole("button", { name: "Esci" }).click();
  await window.judge("oidc-signed-out", /Sei uscito|Non hai effettuato/);
}

/** How often one address may come in a minute, in the hub that is looked at. */
export const pagesPerMinute = 600;

/** Comes from one network until it is too often, and for so long yet that there is time to look. */
async function comeTooOften({ hub }: Stage, headers: Readonly<Record<string, string>>): Promise<void> {
  const secondsToLook = 20;
  for (const end = Date.now() + 5 * patienceMs; Date.now() < end;) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${hub}/session`, { method: "HEAD", headers })));
    if (answers.some(({ status, headers: told }) => status === 429 && Number(told.get("retry-after")) > secondsToLook)) return;
  }
  throw new Error("nobody ever comes too often");
}

/** What people see of whose network too many requests came. */
async function lookAtTooMany(browser: Browser, stage: Stage): Promise<number> {
  const address = { "x-forwarded-for": "192.0.2.44" };
  const context = await browser.newContext({ viewport: sizes.phone, locale: "it-IT", isMobile: true, extraHTTPHeaders: address });
  const window = await Window.open(context, "phone", stage);
  await comeTooOften(stage, address);
  await window.page.goto(`${stage.hub}/spid/login?level=2`);
  await window.judge("too-many", /Troppe richieste/);
  await context.close();
  return window.looked;
}

/** Goes through what an app of OpenID Connect leads people through, at two sizes, and judges every page; how many it was. */
export async function lookAtOidc(browser: Browser, stage: Stage): Promise<number> {
  return await lookAtTooMany(browser, stage) + await lookAtSizes(browser, stage, lookAt);
}
