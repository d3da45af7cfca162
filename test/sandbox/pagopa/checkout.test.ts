import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readRequest } from "../../../sandbox/pagopa/contract/read.ts";
import { creditor, ko, notice, setStage, type Stage, until } from "./harness.ts";

let stage: Stage;
beforeEach(async () => void (stage = await setStage()));
afterEach(async () => stage.close());

const key = { "ocp-apim-subscription-key": "sandbox-checkout-key" };
const item = { noticeNumber: notice, fiscalCode: creditor, amount: 1000, companyName: "Ente <di prova>", description: "Mensa & scuola" };
const urls = { returnOkUrl: "https://sito.test/ok", returnCancelUrl: "https://sito.test/annullato", returnErrorUrl: "https://sito.test/errore" };
const cart = { emailNotice: "a@b.it", idCart: "ORD-1", paymentNotices: [item], returnUrls: { ...urls, returnWaitingUrl: "https://sito.test/attesa" } };
const other = { ...item, noticeNumber: "302001069073736712" };

const open = async (body: unknown = cart, version = 2, headers: Record<string, string> = key) => stage.call("POST", `/checkout/ec/v${version}/carts`, body, headers);
const pageOf = async (body: unknown = cart, version = 2) => String((await open(body, version)).headers.location).replace("http://sandbox.test", "");
const press = async (page: string, action: string) =>
  stage.app.inject({ method: "POST", url: page, headers: { "content-type": "application/x-www-form-urlencoded" }, payload: `action=${action}` });
const receipts = () => stage.station.of("paSendRTV2");

test("a cart leads to a page that shows its notices in Italian, with a button for each way out", async () => {
  const opened = await open();
  expect(opened.status).toBe(302);
  expect(opened.headers.location).toMatch(/^http:\/\/sandbox\.test\/checkout\/pay\/[0-9a-f-]{36}$/);
  const page = await stage.app.inject(await pageOf());
  expect(page.body).toContain('<html lang="it">');
  expect(page.body).toContain("Mensa &amp; scuola");
  expect(page.body).toContain("Ente &lt;di prova&gt;");
  expect(page.body.replaceAll("\u00a0", " ")).toContain("10,00 €");
  for (const action of ["pay", "cancel", "fail", "wait", "vanish", "close"]) expect(page.body).toContain(`value="${action}"`);
});

test("paying runs the node against the station, brings the browser back, and the cart's id to the station", async () => {
  const page = await pageOf({ ...cart, paymentNotices: [item, other] });
  const back = await press(page, "pay");
  expect([back.statusCode, back.headers.location]).toEqual([303, "https://sito.test/ok"]);
  await until(() => receipts().length === 2);
  expect(readRequest("paGetPaymentV2", stage.station.of("paGetPaymentV2")[0]!.body)).toMatchObject({ paymentNote: "ORD-1", amount: "10.00" });
  expect(receipts().map(({ body }) => readRequest("paSendRTV2", body).receipt)).toEqual([expect.objectContaining({ paymentNote: "ORD-1" }), expect.objectContaining({ paymentNote: "ORD-1" })]);
  expect((await press(page, "pay")).headers.location).toBe("https://sito.test/ok");
  expect(receipts()).toHaveLength(2);
});

test("two presses of the button pay once", async () => {
  const page = await pageOf();
  await Promise.all([press(page, "pay"), press(page, "pay")]);
  await until(() => receipts().length > 0);
  expect(stage.station.of("paGetPaymentV2")).toHaveLength(1);
  expect(receipts()).toHaveLength(1);
});

test.each([
  ["cancel", "https://sito.test/annullato", 0],
  ["fail", "https://sito.test/errore", 1],
])("%s comes back without a receipt, and the notice can be paid afterwards", async (action, location, activations) => {
  expect((await press(await pageOf(), action)).headers.location).toBe(location);
  expect(stage.station.of("paGetPaymentV2")).toHaveLength(activations);
  expect(receipts()).toEqual([]);
  expect((await press(await pageOf(), "pay")).headers.location).toBe("https://sito.test/ok");
});

test("waiting comes back at once and is paid later; meanwhile the notice is taken", async () => {
  expect((await press(await pageOf(), "wait")).headers.location).toBe("https://sito.test/attesa");
  expect(receipts()).toEqual([]);
  expect((await open()).status).toBe(422);
  await until(() => receipts().length === 1);
  expect(receipts()).toHaveLength(1);
});

test("paying without coming back, and going away without paying, leave the browser at the page", async () => {
  const paid = await press(await pageOf(), "vanish");
  expect([paid.statusCode, paid.headers.location]).toEqual([200, undefined]);
  expect(paid.body).not.toContain("https://sito.test");
  await until(() => receipts().length === 1);
  const left = await press(await pageOf({ ...cart, paymentNotices: [other] }), "close");
  expect(left.body).toContain("senza pagare");
  expect(receipts()).toHaveLength(1);
});

test("a creditor's refusal is shown with its code, nothing of the cart is paid, and the way back is the error's", async () => {
  let asked = 0;
  const taken = stage.station.answers.paGetPaymentV2 as string;
  stage.station.answers.paGetPaymentV2 = () => ((asked += 1) === 1 ? taken : ko("paGetPaymentV2Response", "PAA_PAGAMENTO_DUPLICATO"));
  const shown = await press(await pageOf({ ...cart, paymentNotices: [item, other] }), "pay");
  expect(shown.body).toContain("PAA_PAGAMENTO_DUPLICATO");
  expect(shown.body).toContain('href="https://sito.test/errore"');
  expect(receipts()).toEqual([]);
});

test("the first version has no waiting address and offers no waiting", async () => {
  const v1 = { ...cart, returnUrls: urls };
  expect((await stage.app.inject(await pageOf(v1, 1))).body).not.toContain('value="wait"');
  expect((await open(v1, 2)).status).toBe(400);
});

test.each([
  ["no notice", { paymentNotices: [] }],
  ["six notices", { paymentNotices: Array.from({ length: 6 }, (_, i) => ({ ...item, noticeNumber: `30200106907373661${i}` })) }],
  ["a notice number of 17 digits", { paymentNotices: [{ ...item, noticeNumber: "30200106907373661" }] }],
  ["a fiscal code of 10 digits", { paymentNotices: [{ ...item, fiscalCode: "7777777777" }] }],
  ["an amount of zero", { paymentNotices: [{ ...item, amount: 0 }] }],
  ["an amount in euro", { paymentNotices: [{ ...item, amount: 10.5 }] }],
  ["a description too long", { paymentNotices: [{ ...item, description: "x".repeat(141) }] }],
  ["no company name", { paymentNotices: [{ ...item, companyName: undefined }] }],
  ["a bad e-mail", { emailNotice: "nobody" }],
  ["no return addresses", { returnUrls: undefined }],
  ["a return address that is none", { returnUrls: { ...cart.returnUrls, returnOkUrl: "javascript:alert(1)" } }],
])("%s is a bad request", async (_name, change) => {
  const refused = await open({ ...cart, ...change });
  expect([refused.status, refused.body.title]).toEqual([400, "Bad request"]);
});

test("text that is no JSON is a bad request too", async () => {
  const reply = await stage.app.inject({ method: "POST", url: "/checkout/ec/v2/carts", headers: { ...key, "content-type": "application/json" }, payload: "{" });
  expect([reply.statusCode, reply.json()]).toEqual([400, expect.objectContaining({ status: 400 })]);
});

test("without the product's key nobody is let in; either key of the pair will do", async () => {
  expect((await open(cart, 2, {})).status).toBe(401);
  expect((await open(cart, 2, { "ocp-apim-subscription-key": "sandbox-aca-key" })).status).toBe(401);
  expect((await open(cart, 2, { "ocp-apim-subscription-key": "sandbox-checkout-key-2" })).status).toBe(302);
  expect((await stage.call("POST", "/checkout/ec/v2/carts?subscription-key=sandbox-checkout-key", cart)).status).toBe(302);
});

test("the same notice twice, or one already paid, cannot be processed", async () => {
  expect((await open({ ...cart, paymentNotices: [item, item] })).status).toBe(422);
  await press(await pageOf(), "pay");
  expect((await open()).status).toBe(422);
});

test("too many carts in ten seconds are turned away, until the ten seconds are over", async () => {
  await stage.close();
  stage = await setStage({ limits: { carts: { calls: 2, perMs: 10_000 }, receipts: [] } });
  expect([(await open()).status, (await open()).status]).toEqual([302, 302]);
  const turned = await open();
  expect([turned.status, turned.headers["retry-after"]]).toEqual([429, "10"]);
  stage.pass(10_000);
  expect((await open()).status).toBe(302);
});

test("faults imposed on carts: refused with a status, down", async () => {
  stage.faults.impose("pagopa", { kind: "refuse", code: "500", times: 1 }, "carts");
  expect((await open()).status).toBe(500);
  stage.faults.impose("pagopa", { kind: "unavailable", times: 1 }, "carts");
  expect((await open()).status).toBe(503);
  expect((await open()).status).toBe(302);
});
