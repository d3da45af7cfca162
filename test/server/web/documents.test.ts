import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as openid from "openid-client";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { readPdf } from "../../helpers/pdf.ts";
import { RelyingParty } from "../oidc/relying-party.ts";
import { makePosition, openStation, receipt, say, type Instance, type Position, type PositionOptions } from "../../operations/payment/station-world.ts";

let hub: TestHub;
let station: Instance;
let debtor: Client;
let other: Client;
let accountant: Client;

beforeAll(async () => {
  hub = await startHub({ settings: { CORS_ORIGINS: "https://portale.example" } });
  station = await openStation(hub.databaseUrl);
  // The positions made beside the hub take the first numbers of the series: its own begin behind them.
  await hub.sql(`insert into "counter" ("key", "value") values ($1, 1000)`, [`${station.administration.id}/notice/02`]);
  [debtor, other, accountant] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero"), hub.staff({ "polizia-locale": ["ACCOUNTANT"] })]);
}, 60_000);

afterAll(async () => {
  await station.close();
  await hub.close();
});

/** A position of the debtor's. */
async function owe(options: PositionOptions = {}): Promise<Position> {
  const position = await makePosition(station, { dueOn: "2099-01-31", ...options });
  const { me } = await debtor.data("{ me { id } }");
  const key = me!["id"]!.split("_")[1];
  await hub.sql(`update "payment" set "citizen_id" = $2 where "id" = $1`, [position.id, key]);
  await hub.sql(`update "application" set "citizen_id" = $2 where "id" = $1`, [position.application, key]);
  return position;
}

const addressOf = async (client: Client, { id }: Position): Promise<string | null> =>
  (await client.data(`query ($id: ID!) { node(id: $id) { ... on Payment { noticeDocument { url mediaType } } } }`, { id: `pay_${id}` }))["node"]?.["noticeDocument"]?.["url"] ?? null;

const get = ({ headers }: Client, url: string, more: Readonly<Record<string, string>> = {}): Promise<Response> => fetch(url, { headers: { ...headers, ...more } });
const noticeAt = ({ id }: Position): string => `${hub.url}/documents/payments/${id}/notice.pdf`;

async function textOf(response: Response): Promise<string> {
  const pdf = await readPdf(new Uint8Array(await response.arrayBuffer()));
  await pdf.close();
  return pdf.pages.map(({ text }) => text).join(" ");
}

test("the debtor fetches the notice from the address that the graph gives, and no cache keeps it", async () => {
  const owed = await owe();
  expect(await addressOf(debtor, owed)).toBe(noticeAt(owed));
  const response = await get(debtor, noticeAt(owed));
  expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control"), response.headers.get("content-disposition")])
    .toEqual([200, "application/pdf", "private, no-store", `inline; filename="avviso-pagopa-${owed.notice}.pdf"`]);
  const tag = response.headers.get("etag")!;
  const text = await textOf(response);
  expect(text).toContain(`Cod. Avviso ${owed.notice.replace(/(\d{4})(?=\d)/g, "$1 ")}`);
  expect(text).toMatch(/DESTINATARIO Cod. Fiscale BRTLCU80A01D205X Lucia Bertò .*46,30 Euro entro il 31\/01\/2099/);
  expect(text).not.toContain("BOLLETTINO");
  expect(text).toMatch(/Per informazioni \S+@\S+ · tel\. \+?\d+/);

  // Drawn again it is the same bytes.
  const again = await get(debtor, noticeAt(owed), { "if-none-match": tag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("a portal on the list may fetch it from its own page, others may not", async () => {
  const owed = await owe();
  const [portal, stranger] = await Promise.all(["https://portale.example", "https://altrove.example"].map(origin => get(debtor, noticeAt(owed), { origin })));
  expect([portal!.headers.get("access-control-allow-origin"), portal!.headers.get("vary")]).toEqual(["https://portale.example", "origin"]);
  expect(stranger!.headers.get("access-control-allow-origin")).toBeNull();
  const asked = await fetch(noticeAt(owed), { method: "OPTIONS", headers: { origin: "https://portale.example", "access-control-request-method": "GET", "access-control-request-headers": "authorization" } });
  expect([asked.status, asked.headers.get("access-control-allow-headers")]).toEqual([204, expect.stringContaining("authorization")]);
});

test("an app fetches it with its user's token, a bound one with its proof; another user's token finds nothing", async () => {
  const owed = await owe();
  const portal = await RelyingParty.discover(hub);
  const DPoP = openid.getDPoPHandle(portal.config, await openid.randomDPoPKeyPair("ES256"));
  const fetched = async (username: string, bound?: openid.DPoPOptions): Promise<number> => {
    const { access_token } = await portal.enter(username, {}, bound);
    return (await openid.fetchProtectedResource(portal.config, access_token, new URL(noticeAt(owed)), "GET", null, undefined, bound)).status;
  };
  expect(await fetched("ada.rossi")).toBe(200);
  expect(await fetched("ada.rossi", { DPoP })).toBe(200);
  expect(await fetched("bruno.ferrero")).toBe(404);
  const { access_token } = await portal.enter("ada.rossi", {}, { DPoP });
  expect((await get(portal.graph(access_token), noticeAt(owed))).status).toBe(401);
});

test("to anybody else it does not exist, whoever they are and however they ask", async () => {
  const owed = await owe();
  const elsewhere = await hub.staff({ edilizia: ["ACCOUNTANT", "SUPERVISOR"] });
  const withoutPayments = await hub.staff({ "polizia-locale": ["FRONT_OFFICE", "CASE_OFFICER"] });
  const partner = await hub.partner(["RESIDENCE"]);
  const absent = await get(debtor, noticeAt({ ...owed, id: "00000000-0000-7000-8000-000000000000" }));
  const answer = await absent.text();
  expect(absent.status).toBe(404);
  for (const client of [hub.visitor, other, elsewhere, withoutPayments, partner]) {
    const response = await get(client, noticeAt(owed));
    expect([response.status, await response.text()]).toEqual([404, answer]);
  }
  expect((await get(debtor, `${hub.url}/documents/payments/x/notice.pdf`)).status).toBe(404);
  expect((await get(hub.visitor.with({ cookie: "session=of-nobody" }), noticeAt(owed))).status).toBe(401);
  expect((await get(hub.visitor.with({ authorization: "Bearer of-nobody" }), noticeAt(owed))).status).toBe(401);
});

test("staff who look after an office's payments print them too; those who do not are shown no address", async () => {
  const owed = await owe();
  expect(await addressOf(accountant, owed)).toBe(noticeAt(owed));
  expect((await get(accountant, noticeAt(owed))).status).toBe(200);
  expect(await addressOf(await hub.staff({ "polizia-locale": ["FRONT_OFFICE"] }), owed)).toBeNull();
});

test.each(["PAID", "CANCELLED", "EXPIRED", "OUTCOME_UNKNOWN"] as const)("a payment that is %s has no notice to pay it by", async state => {
  const owed = await owe({ state });
  expect(await addressOf(debtor, owed)).toBeNull();
  expect((await get(debtor, noticeAt(owed))).status).toBe(404);
});

test("a debt in instalments is printed whole, from whichever of its payments, under one subject", async () => {
  const owed = await owe({ amountCents: 9_001, postalIban: "IT60X0760110200001630209310" });
  const offered = await accountant.mutate("offerInstalments", { payment: `pay_${owed.id}`, dueOn: ["2099-02-28", "2099-03-31", "2099-04-30"] });
  expect(offered["__typename"]).toBe("OfferInstalmentsSuccess");
  const parts = await hub.sql<{ id: string; notice_number: string }>(`select p."id", p."notice_number" from "payment" p join "payment_option" o on o."id" = p."option_id" where o."position" = 2 and o."plan_id" = (select x."plan_id" from "payment_option" x join "payment" y on y."option_id" = x."id" where y."id" = $1) order by p."instalment"`, [owed.id]);
  expect(parts).toHaveLength(3);
  const texts = await Promise.all([owed.id, parts[1]!.id].map(async id => textOf(await get(debtor, noticeAt({ ...owed, id })))));
  for (const text of texts) {
    expect(text).toMatch(/^pagoPA AVVISO DI PAGAMENTO Permesso ZTL ENTE CREDITORE .*90,01 Euro entro il 31\/01\/2099 Puoi pagare per intero oppure in 3 rate/);
    for (const { notice_number: notice } of parts) expect(text).toContain(notice.replace(/(\d{4})(?=\d)/g, "$1 "));
    expect(text).toContain("BOLLETTINO POSTALE PA");
    expect(text).toContain("sul C/C n. 1630209310");
  }
});

test("a receipt is printed with who paid, for the debtor and for no other", async () => {
  const owed = await owe();
  const payer = `<payer><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>BNCGLI80A01D205X</entityUniqueIdentifierValue></uniqueIdentifier><fullName>Giulio Bianchi</fullName></payer>`;
  await say(station, receipt({ id: `token-${owed.id}`, notice: owed.notice, cents: owed.amountCents, extra: payer }));
  const { node } = await debtor.data(`query ($id: ID!) { node(id: $id) { ... on Payment { noticeDocument { url } receipts { document { url mediaType } } } } }`, { id: `pay_${owed.id}` });
  const url = node!["receipts"]![0]!["document"]!["url"] as string;
  expect([node!["noticeDocument"], url.startsWith(`${hub.url}/documents/receipts/`)]).toEqual([null, true]);
  const response = await get(debtor, url);
  expect([response.status, response.headers.get("content-disposition")]).toEqual([200, `inline; filename="quietanza-pagopa-${owed.notice.slice(1)}.pdf"`]);
  expect(await textOf(response)).toMatch(/Importo pagato 46,30 Euro Pagato da Giulio Bianchi, cod\. fiscale BNCGLI80A01D205X Per conto di Lucia Bertò.*Data e ora del pagamento 01\/07\/2026, 09:30:00 \(ora italiana\) .*Banca di prova Metodo di pagamento Carta di pagamento/);
  expect((await get(accountant, url)).status).toBe(200);
  for (const client of [hub.visitor, other]) expect((await get(client, url)).status).toBe(404);
});

test("documents drawn for many at once are each their own, and the hub answers meanwhile", async () => {
  const owed = await Promise.all(Array.from({ length: 8 }, () => owe()));
  const texts = Promise.all(owed.map(async position => textOf(await get(debtor, noticeAt(position)))));
  expect((await hub.visitor.data("{ administration { name } }"))["administration"]!["name"]).toBe("Comune di Cuneo");
  for (const [index, text] of (await texts).entries()) {
    expect(text).toContain(owed[index]!.notice.replace(/(\d{4})(?=\d)/g, "$1 "));
    for (const [at, { notice }] of owed.entries()) if (at !== index) expect(text).not.toContain(notice.replace(/(\d{4})(?=\d)/g, "$1 "));
  }
});

test("nobody has the press to themselves: who asks for too much at once is told to come back", async () => {
  const owed = await owe();
  const statuses = await Promise.all(Array.from({ length: 24 }, async () => {
    const response = await get(debtor, noticeAt(owed));
    await response.arrayBuffer();
    return [response.status, response.headers.get("retry-after")] as const;
  }));
  for (const [status, after] of statuses) expect([[200, null], [503, "5"]]).toContainEqual([status, after]);
  expect(statuses.filter(([status]) => status === 200).length).toBeGreaterThanOrEqual(8);
  expect(statuses.some(([status]) => status === 503)).toBe(true);
  expect((await get(debtor, noticeAt(owed))).status).toBe(200);
});

test("what was printed stands in no log", () => {
  const logged = hub.log.join("\n");
  expect(logged).not.toMatch(/Lucia Bert|BRTLCU|Giulio Bianchi|BNCGLI/);
});
