import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import * as queries from "../story/queries.ts";
import { patienceMs, sizes, Window, type Stage } from "./window.ts";

/** Whatever stands in an answer. */
type Any = { readonly [key: string]: Any } & string & readonly Any[];

/** Asks the graph as whoever is signed in at the page. */
async function ask(page: Page, { hub }: Stage, query: string, variables: object): Promise<Any> {
  const response = await page.request.post(`${hub}/graphql`, { data: { query, variables }, headers: { accept: "application/json" } });
  const { data, errors } = (await response.json()) as { data?: Any; errors?: unknown };
  if (errors !== undefined || !data) throw new Error(`the graph answers ${JSON.stringify(errors)}`);
  return data;
}

const key = (): { idempotencyKey: string } => ({ idempotencyKey: randomUUID() });

let plates = 100;

/** Hands in an application for which a fee is due, and gives its payment. */
async function owe(page: Page, stage: Stage): Promise<Any> {
  const service = (await ask(page, stage, queries.catalogue, {}))["service"]!["id"]!;
  const { startApplication } = await ask(page, stage, queries.startApplication, { input: { service, ...key() } });
  const application = startApplication!["application"]!["id"]!;
  const from = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await ask(page, stage, queries.saveDraft, { input: { application, category: "RESIDENT", plates: [`GA ${plates += 1} BC`], from, ...key() } });
  const { submitApplication } = await ask(page, stage, queries.submit, { input: { application, ...key() } });
  if (!submitApplication!["application"]) throw new Error(`the application is not taken: ${String(submitApplication!["code"])} ${String(submitApplication!["message"])}`);
  return submitApplication!["application"]["payments"]![0]!;
}

const startPayment = `mutation Pay($input: StartPaymentInput!) {
  startPayment(input: $input) { __typename ... on StartPaymentSuccess { checkoutUrl payments { id state } } ... on Problem { code message } }
}`;

/** Starts payments, and goes to the page where they are made. */
async function goAndPay({ page }: Window, stage: Stage, [first, ...others]: readonly Any[]): Promise<void> {
  const { startPayment: started } = await ask(page, stage, startPayment, { input: { payment: first!["id"], alsoPay: others.map(({ id }) => id), ...key() } });
  if (!started!["checkoutUrl"]) throw new Error(`the payment does not start: ${String(started!["code"])}`);
  await page.goto(started!["checkoutUrl"]);
  await page.getByRole("heading", { name: "Il tuo pagamento" }).waitFor();
}

/** Looks again, as somebody would, until the page says what is expected. */
async function refreshUntil({ page }: Window, title: RegExp): Promise<void> {
  for (const end = Date.now() + patienceMs; !title.test(await page.locator("h1").innerText()); await page.locator("body:not([data-seen]) h1").waitFor()) {
    if (Date.now() > end) throw new Error(`the page still says: ${await page.locator("h1").innerText()}`);
    await sleep(250);
    // The page that comes is told from the one that goes by this mark: both have the same address.
    await page.evaluate("document.body.dataset.seen = ''");
    await page.getByRole("link", { name: "Aggiorna lo stato" }).click();
  }
}

async function stateOf({ page }: Window, stage: Stage, { id }: Any): Promise<string> {
  return (await ask(page, stage, queries.payment, { id }))["node"]!["state"]!;
}

async function lookAt(window: Window, name: string, stage: Stage): Promise<void> {
  const { page } = window;
  await window.signIn("level=2&returnTo=/session", /Ada Rossi/);
  await page.locator("h1", { hasText: /accesso/ }).waitFor();

  const paid = await owe(page, stage);
  await goAndPay(window, stage, [paid]);
  await page.screenshot({ path: `${stage.shots}/${name}-checkout.png`, fullPage: true });
  await page.getByRole("button", { name: "Paga", exact: true }).click();
  await page.waitForURL(`${stage.hub}/payments/return/**`);
  await refreshUntil(window, /Pagamento ricevuto/);
  await window.judge("payment-received", /Pagamento ricevuto/);
  if ((await stateOf(window, stage, paid)) !== "PAID") throw new Error("the receipt is here and the payment is not paid");

  const several = [await owe(page, stage), await owe(page, stage)];
  await goAndPay(window, stage, several);
  await page.getByRole("button", { name: "Paga", exact: true }).click();
  await page.waitForURL(`${stage.hub}/payments/return/**`);
  await refreshUntil(window, /Pagamento ricevuto/);
  await window.judge("payments-received", /Pagamento ricevuto/);
  for (const each of several) if ((await stateOf(window, stage, each)) !== "PAID") throw new Error("one of two paid together is not paid");

  for (const [what, button] of [["cancelled", "Annulla e torna al sito"], ["failed", "Simula un pagamento rifiutato"]] as const) {
    const owed = await owe(page, stage);
    await goAndPay(window, stage, [owed]);
    await page.getByRole("button", { name: button }).click();
    await page.waitForURL(`${stage.hub}/payments/return/**`);
    await window.judge(`payment-${what}`, /Esito del pagamento in attesa/);
    const { startPayment: again } = await ask(page, stage, startPayment, { input: { payment: owed["id"], ...key() } });
    if ((await stateOf(window, stage, owed)) !== "OUTCOME_UNKNOWN" || again!["code"] !== "PAYMENT_PENDING") throw new Error(`${what}: coming back must prove nothing`);
  }

  await page.goto(`${stage.hub}/payments/return/${randomUUID()}?outcome=ok`);
  await window.judge("payment-unknown", /Pagamento non trovato/);
}

/** Pays, cancels and fails at the payment page in a real browser, at two sizes, and judges every page of the hub on the way back; how many it was. */
export async function lookAtPayment(browser: Browser, stage: Stage): Promise<number> {
  let looked = 0;
  for (const [name, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, locale: "it-IT", isMobile: name === "phone" });
    const window = await Window.open(context, name, stage);
    await lookAt(window, name, stage);
    looked += window.looked;
    await context.close();
  }
  return looked;
}
