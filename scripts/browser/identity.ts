import type { Browser } from "playwright-core";
import { lookAtSizes, sizes, Window, type Stage } from "./window.ts";

const refuseNext = async ({ sandbox }: Stage, code: string): Promise<void> => {
  await fetch(`${sandbox}/control/spid/fault/response`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ kind: "refuse", code, times: 1 }) });
};

/** Every error that a provider may give as an answer and that has words of its own. */
const errors = { "19": /troppi tentativi/, "20": /livello di sicurezza superiore/, "21": /troppo tempo/, "22": /consenso/, "23": /sospesa o revocata/, "25": /annullato/, "30": /Tipo di identità/, "08": /non riuscito/ } as const;

async function lookAt(window: Window, stage: Stage): Promise<void> {
  const { page } = window;
  const { hub } = stage;
  await page.goto(`${hub}/spid/login?level=2&returnTo=/session`);
  await window.judge("choice", /Accedi/);
  await page.keyboard.press("Tab");
  if ((await page.evaluate("document.activeElement.textContent")) !== "Vai al contenuto") throw new Error("the first key does not lead to the content");

  // Nobody answers the form that the page sends by itself: the page stays to be looked at.
  await page.route("**/sso/post", route => route.fulfill({ status: 204 }));
  await page.getByRole("link", { name: "Identità Uno" }).click();
  await window.judge("hand-over", /Vai al gestore/);
  await page.unroute("**/sso/post");

  for (const [code, title] of Object.entries(errors)) {
    await refuseNext(stage, code);
    await window.signIn("level=1", /Ada Rossi/);
    await window.judge(`error-${code}`, title);
  }
  await window.signIn("level=1&returnTo=/session", /Ada Rossi/);
  await window.judge("session", /Hai effettuato l’accesso/);
  const entered = page.url();
  // Back is the provider's last page, which does not hand over again by itself for ever.
  await page.goBack();
  await page.locator("h1", { hasText: "Accesso non possibile" }).waitFor();
  await page.screenshot({ path: `${stage.shots}/back.png` });
  await page.goto(entered);
  await window.judge("after-back", /Hai effettuato l’accesso/);

  await page.goto(`${hub}/step-up?level=2&returnTo=/session`);
  await window.judge("step-up", /livello 2/);
  await page.getByRole("link", { name: /Continua con/ }).click();
  await window.authenticate(/Ada Rossi/);
  await page.locator("main", { hasText: "livello 2" }).waitFor();
  await page.getByRole("link", { name: "Esci" }).click();
  await page.waitForURL(`${hub}/spid/logout`);
  await window.judge("goodbye", /Sei uscito/);

  await window.signIn("level=2&staff=1", /Ada Rossi/);
  await window.judge("not-staff", /Non risulti/);
  await page.goto(`${hub}/cie/login?level=2`);
  await window.authenticate(/Ada Rossi/);
  await window.judge("session-cie", /Hai effettuato l’accesso/);
  await page.goto(`${hub}/cie/logout`);
  await window.judge("goodbye-cie", /Sei uscito/);
  await page.goto(`${hub}/spid/login?level=9`);
  await window.judge("bad-address", /non è valido/);
  await page.goto(`${hub}/spid/login?idp=https://altrove.example`);
  await window.judge("unknown-provider", /sconosciuto/);
}

/** What is left when a browser runs no scripts, keeps no cookies, or reads English. */
async function lookAtTheOthers(browser: Browser, stage: Stage): Promise<number> {
  const plain = await Window.open(await browser.newContext({ viewport: sizes.phone, locale: "en-GB", javaScriptEnabled: false }), "no-scripts", stage);
  await plain.page.goto(`${stage.hub}/spid/login?level=1`);
  await plain.page.getByRole("link", { name: "Identità Uno" }).click();
  await plain.page.locator("h1", { hasText: "To the identity provider" }).waitFor();
  await plain.page.getByRole("button", { name: "Continue" }).click();
  await plain.page.getByRole("button", { name: /Ada Rossi/ }).click();
  await plain.page.getByRole("button", { name: "Acconsento", exact: true }).click();
  await plain.page.getByRole("button", { name: "Continua" }).click();
  await plain.page.locator("h1", { hasText: "You are logged in" }).waitFor();

  const context = await browser.newContext({ viewport: sizes.phone, locale: "en-GB" });
  const forgetful = await Window.open(context, "no-cookies", stage);
  await forgetful.page.goto(`${stage.hub}/spid/login?level=1`);
  await forgetful.judge("choice", /Log in/);
  await forgetful.page.getByRole("link", { name: "Identità Uno" }).click();
  await forgetful.page.getByRole("button", { name: /Ada Rossi/ }).click();
  await context.clearCookies();
  await forgetful.page.getByRole("button", { name: "Acconsento", exact: true }).click();
  await forgetful.judge("refused", /cookies are off/);
  return forgetful.looked;
}

/** Goes through sign-in and sign-out in a real browser, at two sizes, and judges every page that the hub shows on the way; how many it was. */
export async function lookAtIdentity(browser: Browser, stage: Stage): Promise<number> {
  return await lookAtTheOthers(browser, stage) + await lookAtSizes(browser, stage, lookAt);
}
