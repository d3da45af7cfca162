import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { mailbox, phone } from "../../helpers/messages.ts";
import { until } from "../../helpers/until.ts";
import { person, personalData } from "../../helpers/sandbox.ts";
import { confirmEmail, ended, minutesPass, owe, pay, told } from "./owing.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
}, 60_000);
afterEach(() => hub.sandbox.world.faults.lift());
afterAll(() => hub.close());

const onPhone = async (username: string, noticeNumber: string) => (await phone(hub, username)).filter(({ content }) => content.payment_data?.notice_number === noticeNumber);
const inMail = async (address: string, subject: RegExp) => (await mailbox(hub, address)).filter(mail => subject.test(mail.subject));
const choose = (citizen: Client, input: object) => citizen.mutate("updateContacts", { ...input }, "... on UpdateContactsSuccess { citizen { contacts { email emailConfirmed messageChoice language } } }");

describe("a citizen's choice", () => {
  test("is the app first, unless they say otherwise, and no language", async () => {
    const elena = await hub.citizen("elena.giordano");
    const { me } = await elena.data("{ me { contacts { email emailConfirmed messageChoice language } } }");
    // What the identity provider said of the address, its reader has not said to us.
    expect(me!["contacts"]).toEqual({ email: person("elena.giordano").login!.email, emailConfirmed: false, messageChoice: "IO_OR_EMAIL", language: null });
  });

  test("of nothing is heeded", async () => {
    const bruno = await hub.citizen("bruno.ferrero");
    expect(await choose(bruno, { messageChoice: "NONE" })).toMatchObject({ citizen: { contacts: { messageChoice: "NONE" } } });
    const owed = await owe(hub, bruno);
    expect(await ended(bruno, owed.id)).toMatchObject({ state: "NOT_WANTED", channel: null, deliveries: [] });
    expect(await onPhone("bruno.ferrero", owed.noticeNumber)).toEqual([]);
    const { me } = await bruno.data("{ me { messages(first: 10, filter: { states: [NOT_WANTED], kinds: [NOTICE_ISSUED] }) { totalCount nodes { kind state payment { id } } } } }");
    expect(me!["messages"]).toEqual({ totalCount: 1, nodes: [{ kind: "NOTICE_ISSUED", state: "NOT_WANTED", payment: { id: owed.id } }] });
  });

  test("of both is heeded, in the language that they chose, with the notice on paper", async () => {
    const elena = await hub.citizen("elena.giordano");
    await confirmEmail(hub, elena, "elena@posta.example.org");
    await choose(elena, { messageChoice: "BOTH", language: "EN" });
    const owed = await owe(hub, elena);
    expect(await ended(elena, owed.id)).toMatchObject({ state: "SENT", channel: "IO", deliveries: [{ channel: "IO", outcome: "TAKEN" }, { channel: "EMAIL", outcome: "TAKEN" }] });
    expect((await onPhone("elena.giordano", owed.noticeNumber)).map(({ content }) => content.subject)).toEqual(["Payment notice: Permesso ZTL"]);
    const mails = await inMail("elena@posta.example.org", /^Payment notice/);
    expect(mails).toMatchObject([{ headers: { "content-language": "en" }, attachments: [{ name: `avviso-pagopa-${owed.noticeNumber}.pdf`, contentType: "application/pdf" }] }]);
    expect(mails[0]!.attachments[0]!.bytes).toBeGreaterThan(5_000);
  });

  test("of e-mail alone leaves the app out; without words of their own, the app's language counts", async () => {
    const elena = await hub.citizen("elena.giordano");
    await choose(elena, { messageChoice: "EMAIL", language: null });
    const owed = await owe(hub, elena);
    expect(await ended(elena, owed.id)).toMatchObject({ state: "SENT", channel: "EMAIL", deliveries: [{ channel: "EMAIL", outcome: "TAKEN" }] });
    expect(await inMail("elena@posta.example.org", /^Avviso di pagamento/)).toHaveLength(1);
    const amadou = await hub.citizen("amadou.diop");
    const his = await owe(hub, amadou);
    expect(await ended(amadou, his.id)).toMatchObject({ state: "SENT", channel: "IO" });
    expect((await onPhone("amadou.diop", his.noticeNumber))[0]!.content.subject).toMatch(/^Payment notice/);
  });

  test("of another address is not heeded before its reader confirms it, by a link that works once", async () => {
    const ioana = await hub.citizen("ioana.popescu");
    await choose(ioana, { messageChoice: "EMAIL", email: "ioana@posta.example.org" });
    const owed = await owe(hub, ioana);
    expect(await ended(ioana, owed.id)).toMatchObject({ state: "REFUSED", deliveries: [{ channel: "EMAIL", outcome: "NOT_REACHABLE" }] });
    const [mail] = await until("the link", () => mailbox(hub, "ioana@posta.example.org"), all => all.length > 0);
    const link = new URL(/https?:\S+/.exec(mail!.text)![0]);
    const secret = link.searchParams.get("secret")!;
    const use = (body: string): Promise<Response> => fetch(`${link.origin}${link.pathname}`, { method: "POST", body: new URLSearchParams({ secret: body }) });
    // Whatever opens the link changes nothing, and neither does whoever guesses.
    expect((await fetch(link)).status).toBe(200);
    expect([(await use("A".repeat(43))).status, (await use("")).status, (await fetch(`${link.origin}/contacts/email/no-id`)).status]).toEqual([404, 404, 404]);
    expect(await ioana.data("{ me { contacts { emailConfirmed } } }")).toEqual({ me: { contacts: { emailConfirmed: false } } });
    expect((await use(secret)).status).toBe(200);
    expect(await ioana.data("{ me { contacts { emailConfirmed } } }")).toEqual({ me: { contacts: { emailConfirmed: true } } });
    expect((await use(secret)).status).toBe(404);
    expect(await ioana.mutate("sendEmailConfirmation", {}, "... on WrongState { from }")).toMatchObject({ __typename: "WrongState", from: "CONFIRMED" });
    // Another address is another reader.
    await choose(ioana, { email: "ioana.nuova@posta.example.org" });
    expect(await ioana.data("{ me { contacts { emailConfirmed } } }")).toEqual({ me: { contacts: { emailConfirmed: false } } });
    await until("another link", () => mailbox(hub, "ioana.nuova@posta.example.org"), all => all.length > 0);
  });

  test("of an address that somebody changed again confirms nothing; and no mailbox is filled", async () => {
    const olindo = await hub.citizen("olindo.marro");
    await choose(olindo, { email: "uno@posta.example.org" });
    const [mail] = await until("the link", () => mailbox(hub, "uno@posta.example.org"), all => all.length > 0);
    await choose(olindo, { email: "due@posta.example.org" });
    for (let again = 0; again < 3; again += 1) await olindo.mutate("sendEmailConfirmation", {}, "... on SendEmailConfirmationSuccess { citizen { id } }");
    const link = new URL(/https?:\S+/.exec(mail!.text)![0]);
    const used = await fetch(`${link.origin}${link.pathname}`, { method: "POST", body: new URLSearchParams({ secret: link.searchParams.get("secret")! }) });
    expect(used.status).toBe(404);
    expect(await mailbox(hub, "due@posta.example.org")).toEqual([]);
    const [job] = await hub.sql<{ wait: number }>(`select max(extract(epoch from start_after - now()))::int as wait from job.job where name = 'send-email-confirmation' and state = 'created'`);
    expect(job!.wait).toBeGreaterThan(200);
  });
});

describe("what nobody knows", () => {
  test("whether App IO took it: tried once more, and not again and again", async () => {
    // The message is taken, and the connection is cut before the answer.
    hub.sandbox.world.faults.impose("io", { kind: "reset" }, "messages");
    const ada = await hub.citizen("ada.rossi");
    await choose(ada, { messageChoice: "IO" });
    const owed = await owe(hub, ada);
    // Of the application first, and then of the notice.
    for (const _ of ["APPLICATION_RECEIVED", "NOTICE_ISSUED"]) await minutesPass(hub);
    expect(await ended(ada, owed.id)).toMatchObject({ state: "REFUSED", deliveries: [{ channel: "IO", outcome: "UNKNOWN" }, { channel: "IO", outcome: "UNAVAILABLE" }] });
    expect(await onPhone("ada.rossi", owed.noticeNumber)).toHaveLength(2);
  }, 60_000);

  test("whether the mail server took it: what comes again bears the same name", async () => {
    const elena = await hub.citizen("elena.giordano");
    // Mails are taken, and the server hangs up instead of saying so: twice about the application, once about the notice.
    hub.sandbox.world.faults.impose("mail", { kind: "reset", times: 3 }, "data");
    const owed = await owe(hub, elena);
    for (const _ of ["APPLICATION_RECEIVED", "NOTICE_ISSUED"]) await minutesPass(hub);
    expect(await ended(elena, owed.id)).toMatchObject({ state: "SENT", channel: "EMAIL", deliveries: [{ channel: "EMAIL", outcome: "UNKNOWN" }, { channel: "EMAIL", outcome: "TAKEN" }] });
    const mine = (await mailbox(hub, "elena@posta.example.org")).filter(({ text }) => text.includes(owed.noticeNumber.replace(/(\d{4})(?=\d)/g, "$1 ")));
    expect(mine).toHaveLength(2);
    expect(new Set(mine.map(({ messageId }) => messageId)).size).toBe(1);
  }, 60_000);
});

describe("two processes", () => {
  test("make and send each message once", async () => {
    const other = await startHub({ beside: hub, settings: { SANDBOX_PORT: new URL(hub.sandbox.url).port, IO_URL: `${hub.sandbox.url}/io/api/v1` } });
    try {
      const bruno = await hub.citizen("bruno.ferrero");
      await choose(bruno, { messageChoice: "IO" });
      const owed = await Promise.all(Array.from({ length: 6 }, () => owe(hub, bruno)));
      for (const { id, noticeNumber } of owed) {
        await ended(bruno, id);
        expect(await onPhone("bruno.ferrero", noticeNumber)).toHaveLength(1);
      }
      const [count] = await hub.sql<{ made: number }>(`select count(*)::int as made from message where payment_id = any($1::uuid[]) and kind = 'NOTICE_ISSUED'`, [owed.map(({ id }) => id.slice(4))]);
      expect(count!.made).toBe(6);
    } finally {
      await other.close();
    }
  }, 60_000);
});

describe("a reminder", () => {
  test("comes some days before the due day, and not for what was paid meanwhile", async () => {
    const before = await hub.citizen("ada.rossi");
    const [paid, unpaid] = [await owe(hub, before), await owe(hub, before)];
    await pay(hub, paid.noticeNumber);
    await ended(before, paid.id, "RECEIPT");
    const { NOTICE_REMINDER: waiting } = await until("the reminder", () => told(before, unpaid.id), all => all["NOTICE_REMINDER"] !== undefined);
    const [row] = await hub.sql<{ due_on: string }>(`select "due_on"::text from "payment" where "id" = $1`, [unpaid.id.slice(4)]);
    const fiveDays = 5 * 86_400_000;
    expect(Date.parse(`${row!.due_on}T09:00:00+02:00`) - Date.parse(waiting!["dueAt"]!)).toBeLessThanOrEqual(fiveDays);
    expect(Date.parse(`${row!.due_on}T09:00:00+01:00`) - Date.parse(waiting!["dueAt"]!)).toBeGreaterThanOrEqual(fiveDays);
    // The day comes: for the hub, and for its queues.
    hub.clock.advance(Date.parse(waiting!["dueAt"]!) - hub.clock.now().getTime() + 1_000);
    await hub.sql(`update job.job set start_after = now() where name = 'send-message' and state = 'created'`);
    const ada = await hub.citizen("ada.rossi");
    expect(await ended(ada, paid.id, "NOTICE_REMINDER")).toMatchObject({ state: "OUTDATED", channel: null });
    expect(await ended(ada, unpaid.id, "NOTICE_REMINDER")).toMatchObject({ state: "SENT", channel: "IO" });
    const reminded = (await phone(hub, "ada.rossi")).filter(({ content }) => content.subject === "Promemoria di pagamento: Permesso ZTL").map(({ content }) => content.payment_data!.notice_number);
    expect(reminded.filter(number => number === unpaid.noticeNumber)).toHaveLength(1);
    expect(reminded).not.toContain(paid.noticeNumber);
  }, 60_000);
});

test("nothing of a person stands in any line of the log", () => {
  const names = ["ada.rossi", "bruno.ferrero", "elena.giordano", "ioana.popescu", "olindo.marro", "amadou.diop"];
  const secrets = [...personalData(names), "posta.example.org", "secret="];
  expect(hub.log.length).toBeGreaterThan(0);
  expect(hub.log.filter(line => secrets.some(secret => line.includes(secret)))).toEqual([]);
});
