import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { mailbox, phone, setApp, until } from "../../helpers/messages.ts";
import { person, personalData } from "../../helpers/sandbox.ts";
import { saveZtl, start, submit, ztl } from "../application/application.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
}, 60_000);
afterEach(() => hub.sandbox.world.faults.lift());
afterAll(() => hub.close());

const day = 86_400_000;

/** Somebody owes: a permit was asked for. */
async function owe(citizen: Client): Promise<{ readonly id: string; readonly key: string; readonly noticeNumber: string; readonly application: string }> {
  const draft = (await start(citizen, ztl.slug))["application"]!["id"]!;
  await saveZtl(citizen, draft, { category: "FIRM", plates: ["GA123BC"], from: new Date(hub.clock.now().getTime() + 3 * day).toISOString().slice(0, 10) });
  const { application } = await submit(citizen, draft);
  const { id, noticeNumber } = application!["payments"]![0]!;
  return { id: id!, key: id!.slice(4), noticeNumber: noticeNumber!, application: draft };
}

/** What the hub says that it told of a payment, by kind. */
async function told(citizen: Client, paymentId: string): Promise<Readonly<Record<string, Json>>> {
  const { me } = await citizen.data(`{ me { messages(first: 50) { nodes { kind state channel dueAt endedAt deliveries { channel outcome } payment { id noticeNumber } application { id } } } } }`);
  return Object.fromEntries(me!["messages"]!["nodes"]!.filter(one => (one["payment"] as Json | null)?.["id"] === paymentId).map(one => [one["kind"]!, one]));
}

const ended = (citizen: Client, paymentId: string, kind = "NOTICE_ISSUED"): Promise<Json> =>
  until(`${kind} ended`, async () => (await told(citizen, paymentId))[kind]!, message => message !== undefined && message["state"] !== "QUEUED");

const pay = (noticeNumber: string): Promise<unknown> =>
  fetch(`${hub.sandbox.url}/pagopa/node/pay`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ fiscalCode: "00480530047", noticeNumber }) }).then(answer => answer.json());

/** The address in the person's contacts, confirmed by the link that was sent there. */
async function confirm(citizen: Client, email: string): Promise<void> {
  await citizen.mutate("updateContacts", { email }, "... on UpdateContactsSuccess { citizen { contacts { email } } }");
  const [mail] = await until("the link", () => mailbox(hub, email), mails => mails.length > 0);
  const link = new URL(/https?:\S+/.exec(mail!.text)![0]);
  const answer = await fetch(link, { method: "POST", body: new URLSearchParams({ secret: link.searchParams.get("secret")! }) });
  expect(answer.status).toBe(200);
}

describe("a notice", () => {
  test("is told of in the app, with what is to be paid, and then its receipt, each once", async () => {
    const ada = await hub.citizen("ada.rossi");
    const owed = await owe(ada);
    expect(await ended(ada, owed.id)).toMatchObject({ state: "SENT", channel: "IO", deliveries: [{ channel: "IO", outcome: "TAKEN" }], payment: { noticeNumber: owed.noticeNumber } });
    const about = async () => (await phone(hub, "ada.rossi")).filter(({ content }) => content.payment_data?.notice_number === owed.noticeNumber || content.markdown.includes(owed.noticeNumber.slice(0, 4)));
    const [notice] = (await phone(hub, "ada.rossi")).filter(({ content }) => content.payment_data?.notice_number === owed.noticeNumber);
    expect(notice!.content.subject).toBe("Avviso di pagamento: Permesso ZTL");
    const [row] = await hub.sql<{ due_on: string; amount_cents: number }>(`select "due_on"::text, "amount_cents" from "payment" where "id" = $1`, [owed.key]);
    expect(notice!.content.payment_data).toEqual({ amount: row!.amount_cents, notice_number: owed.noticeNumber, invalid_after_due_date: false });
    expect(notice!.content.due_date).toMatch(new RegExp(`^${row!.due_on}T2[12]:59:59.000Z$`));
    expect(await told(ada, owed.id)).toMatchObject({ NOTICE_REMINDER: { state: "QUEUED", channel: null, endedAt: null } });

    await pay(owed.noticeNumber);
    expect(await ended(ada, owed.id, "RECEIPT")).toMatchObject({ state: "SENT", channel: "IO" });
    const subjects = (await about()).map(({ content }) => content.subject);
    expect(subjects.filter(subject => subject === "Pagamento ricevuto: Permesso ZTL")).toHaveLength(1);
    expect(subjects.filter(subject => subject === "Avviso di pagamento: Permesso ZTL")).toHaveLength(1);
  });

  test("goes by e-mail, to a confirmed address only, where the app does not reach", async () => {
    const franca = await hub.citizen("franca.dutto");
    const unconfirmed = await owe(franca);
    expect(await ended(franca, unconfirmed.id)).toMatchObject({ state: "REFUSED", channel: null, deliveries: [{ channel: "IO", outcome: "NOT_REACHABLE" }, { channel: "EMAIL", outcome: "NOT_REACHABLE" }] });
    await confirm(franca, "franca@posta.example.org");
    const owed = await owe(franca);
    expect(await ended(franca, owed.id)).toMatchObject({ state: "SENT", channel: "EMAIL", deliveries: [{ channel: "IO", outcome: "NOT_REACHABLE" }, { channel: "EMAIL", outcome: "TAKEN" }] });
    const mails = await mailbox(hub, "franca@posta.example.org");
    const notice = mails.find(({ subject }) => subject === "Avviso di pagamento: Permesso ZTL")!;
    expect(notice.text).toContain(owed.noticeNumber.replace(/(\d{4})(?=\d)/g, "$1 "));
    expect(notice.from).toBe("non-rispondere@comune.example");
    expect(notice.headers).toMatchObject({ "auto-submitted": "auto-generated", "content-language": "it" });
    // Nothing that tells who opened it, and nothing about the person.
    expect(notice.html).toMatch(/^<!doctype html><html lang="it">/);
    expect(notice.html).not.toMatch(/<img|<link|<script|url\(/);
    for (const secret of personalData(["franca.dutto"])) expect(notice.text + notice.html).not.toContain(secret);
    expect(await phone(hub, "franca.dutto")).toEqual([]);
  });
});

describe("a channel that fails", () => {
  test.each([
    ["says 429", { kind: "refuse", code: "429", times: 2 } as const, "profiles"],
    ["says 500 to the message", { kind: "refuse", code: "500", times: 1 } as const, "messages"],
    ["is down", { kind: "unavailable", times: 3 } as const, "profiles"],
    ["answers half", { kind: "malformed", times: 1 } as const, "profiles"],
    ["does not take the key", { kind: "refuse", code: "401", times: 1 } as const, "profiles"],
  ])("App IO %s: the application is handed in, and the message comes later", async (_, fault, operation) => {
    hub.sandbox.world.faults.impose("io", fault, operation);
    const bruno = await hub.citizen("bruno.ferrero");
    await setApp(hub, "bruno.ferrero", { hasApp: true, allowsSender: true });
    const owed = await owe(bruno);
    const message = await ended(bruno, owed.id);
    expect(message).toMatchObject({ state: "SENT", channel: "IO" });
    expect((await phone(hub, "bruno.ferrero")).filter(({ content }) => content.payment_data?.notice_number === owed.noticeNumber)).toHaveLength(1);
  }, 60_000);

});
