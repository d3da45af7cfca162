import { afterAll, beforeAll, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { DOMParser } from "@xmldom/xmldom";
import { Payment, type PaymentState } from "../../../entities/payment.ts";
import { HubError } from "../../../kernel/errors.ts";
import { visitor } from "../../../operations/session/identify.ts";
import type { Hub } from "../../../operations/hub.ts";
import { cookiesFor } from "../../../server/web/cookies.ts";
import { registerPaymentReturn } from "../../../server/web/payment-return.ts";
import { clock, makePosition, openStation, rowsOf, type Instance, type Position } from "../../operations/payment/station-world.ts";

let station: Instance;
let app: FastifyInstance;
/** The session `mine` is this citizen's, `ended` is over. */
let me: string;

beforeAll(async () => {
  const surcharge = { validFrom: "2020-01-01", validTo: null, source: "Regolamento", steps: [{ fromDay: 1, basisPoints: 0, cents: 500 }] };
  station = await openStation(undefined, { settings: { taxonomy: { ztl: "9/0101100IM/" }, surcharges: { ztl: [surcharge] } } });
  const open = async ({ session, address }: { session?: string | undefined; address: string }): Promise<Hub> => {
    if (session === "ended") throw new HubError("SESSION_EXPIRED", "the session has ended");
    const caller = session === "mine" ? { ...visitor(address), kind: "citizen", citizenId: me } : visitor(address);
    return { em: station.orm.em.fork(), administration: station.administration, caller, clock } as Partial<Hub> as Hub;
  };
  app = Fastify();
  registerPaymentReturn(app, { hubs: { open }, cookies: cookiesFor("http://localhost:4000") });
});

afterAll(async () => {
  await app.close();
  await station.close();
});

async function owe(state: PaymentState): Promise<Position> {
  const position = await makePosition(station, { state });
  me = (await station.orm.em.fork().findOneOrFail(Payment, position.id)).citizen.id;
  return position;
}

const open = (id: string, outcome: string, session?: string) => app.inject({ url: `/payments/return/${id}?outcome=${outcome}`, ...(session ? { cookies: { session } } : {}) });

/** The heading, and the whole as people read it. */
function read(body: string): { title: string; text: string } {
  const page = new DOMParser({ onError: () => undefined }).parseFromString(body, "text/html");
  return { title: page.getElementsByTagName("h1")[0]?.textContent ?? "", text: page.getElementsByTagName("main")[0]?.textContent ?? "" };
}

const titles: Record<PaymentState, string> = {
  OPEN: "Esito del pagamento in attesa", OUTCOME_UNKNOWN: "Esito del pagamento in attesa", PAID: "Pagamento ricevuto", EXPIRED: "Avviso non più pagabile", CANCELLED: "Avviso non più pagabile", EXCLUDED: "Avviso non più pagabile",
};

test.each(Object.keys(titles) as PaymentState[])("%s: what the address says of the outcome changes nothing, neither what is shown as known nor what is kept", async state => {
  const { id } = await owe(state);
  const before = await rowsOf(station, "payment");
  for (const outcome of ["ok", "cancelled", "failed", "waiting", "%3Cscript%3E", ""]) {
    const { statusCode, headers, body } = await open(id, outcome);
    expect([statusCode, headers["cache-control"], read(body).title]).toEqual([200, "no-store", titles[state]]);
    expect(body).not.toContain("<script");
  }
  expect(await rowsOf(station, "payment")).toEqual(before);
});

test("the payment page's word is repeated as its word, with what happens next and a way back", async () => {
  const { id } = await owe("OUTCOME_UNKNOWN");
  const words = await Promise.all(["ok", "cancelled", "failed", "waiting"].map(async outcome => read((await open(id, outcome)).body).text));
  expect(new Set(words).size).toBe(4);
  for (const text of words) {
    expect(text).toContain("fa fede soltanto la ricevuta");
    expect(text).toContain("non pagare di nuovo");
    expect(text).toContain("Torna allo sportello");
    expect(text).toContain("Do not pay this notice again");
  }
});

test("what is owed is shown to whoever owes it, and to nobody else", async () => {
  const { id, notice } = await owe("OUTCOME_UNKNOWN");
  const grouped = notice.replace(/(\d{4})(?=\d)/g, "$1 ");
  const mine = (await open(id, "ok", "mine")).body;
  expect(read(mine).text).toContain(grouped);
  expect(read(mine).text).toMatch(/46,30\s€/);
  for (const session of [undefined, "ended", "another"]) {
    const { statusCode, body } = await open(id, "ok", session);
    expect([statusCode, read(body).title]).toEqual([200, titles.OUTCOME_UNKNOWN]);
    expect(body).not.toMatch(new RegExp(`${grouped}|${notice}|46,30|Lucia|BRTLCU|Permesso`));
  }
});

test("the amount is what the payment page asks for, and once it is paid what was paid", async () => {
  const { id } = await owe("OUTCOME_UNKNOWN");
  const em = station.orm.em.fork();
  await em.nativeUpdate(Payment, id, { dueOn: "2026-06-01" });
  expect(read((await open(id, "ok", "mine")).body).text).toMatch(/51,30\s€/);
  await em.nativeUpdate(Payment, id, { state: "PAID", paidCents: 5_000, paidAt: clock.now() });
  expect(read((await open(id, "ok", "mine")).body).text).toMatch(/50,00\s€/);
});

test("an address in capitals leads to the same page", async () => {
  const { id } = await owe("PAID");
  const { statusCode, body } = await open(id.toUpperCase(), "ok", "mine");
  expect([statusCode, read(body).title]).toEqual([200, titles.PAID]);
});

test.each([["00000000-0000-7000-8000-000000000000"], ["x"], ["%27%3Bdrop"]])("an address without a payment (%s) is not found", async id => {
  const { statusCode, body } = await open(id, "ok", "mine");
  expect([statusCode, read(body).title]).toEqual([404, "Pagamento non trovato"]);
});
