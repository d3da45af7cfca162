import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { mailbox, phone, setApp } from "../../helpers/messages.ts";
import { personalData } from "../../helpers/sandbox.ts";
import { confirmEmail, ended, minutesPass, owe, pay, told } from "./owing.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
}, 60_000);
afterEach(() => hub.sandbox.world.faults.lift());
afterAll(() => hub.close());

describe("a notice", () => {
  test("is told of in the app, with what is to be paid, and then its receipt, each once", async () => {
    const ada = await hub.citizen("ada.rossi");
    const owed = await owe(hub, ada);
    expect(await ended(ada, owed.id)).toMatchObject({ state: "SENT", channel: "IO", deliveries: [{ channel: "IO", outcome: "TAKEN" }], payment: { noticeNumber: owed.noticeNumber } });
    const about = async () => (await phone(hub, "ada.rossi")).filter(({ content }) => content.payment_data?.notice_number === owed.noticeNumber || content.markdown.includes(owed.noticeNumber.slice(0, 4)));
    const [notice] = (await phone(hub, "ada.rossi")).filter(({ content }) => content.payment_data?.notice_number === owed.noticeNumber);
    expect(notice!.content.subject).toBe("Avviso di pagamento: Permesso ZTL");
    const [row] = await hub.sql<{ due_on: string; amount_cents: number }>(`select "due_on"::text, "amount_cents" from "payment" where "id" = $1`, [owed.id.slice(4)]);
    expect(notice!.content.payment_data).toEqual({ amount: row!.amount_cents, notice_number: owed.noticeNumber, invalid_after_due_date: false });
    expect(notice!.content.due_date).toMatch(new RegExp(`^${row!.due_on}T2[12]:59:59.000Z$`));
    expect(await told(ada, owed.id)).toMatchObject({ NOTICE_REMINDER: { state: "QUEUED", channel: null, endedAt: null } });

    await pay(hub, owed.noticeNumber);
    expect(await ended(ada, owed.id, "RECEIPT")).toMatchObject({ state: "SENT", channel: "IO" });
    const subjects = (await about()).map(({ content }) => content.subject);
    expect(subjects.filter(subject => subject === "Pagamento ricevuto: Permesso ZTL")).toHaveLength(1);
    expect(subjects.filter(subject => subject === "Avviso di pagamento: Permesso ZTL")).toHaveLength(1);
  });

  test("goes by e-mail, to a confirmed address only, where the app does not reach", async () => {
    const franca = await hub.citizen("franca.dutto");
    const unconfirmed = await owe(hub, franca);
    expect(await ended(franca, unconfirmed.id)).toMatchObject({ state: "REFUSED", channel: null, deliveries: [{ channel: "IO", outcome: "NOT_REACHABLE" }, { channel: "EMAIL", outcome: "NOT_REACHABLE" }] });
    await confirmEmail(hub, franca, "franca@posta.example.org");
    const owed = await owe(hub, franca);
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
    expect(notice.attachments).toMatchObject([{ name: `avviso-pagopa-${owed.noticeNumber}.pdf`, contentType: "application/pdf" }]);

    await pay(hub, owed.noticeNumber);
    expect(await ended(franca, owed.id, "RECEIPT")).toMatchObject({ state: "SENT", channel: "EMAIL" });
    const receipt = (await mailbox(hub, "franca@posta.example.org")).find(({ subject }) => subject === "Pagamento ricevuto: Permesso ZTL")!;
    expect(receipt.attachments).toMatchObject([{ name: `quietanza-pagopa-${owed.noticeNumber.slice(1)}.pdf`, contentType: "application/pdf" }]);
    expect(receipt.attachments[0]!.bytes).toBeGreaterThan(5_000);
    expect(receipt.text).toContain("In allegato trovi il documento in PDF.");
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
    const owed = await owe(hub, bruno);
    // The message about the application may have been taken: the app is left alone for a while, and what comes after waits.
    if (operation === "messages") await minutesPass(hub);
    const message = await ended(bruno, owed.id);
    expect(message).toMatchObject({ state: "SENT", channel: "IO" });
    expect((await phone(hub, "bruno.ferrero")).filter(({ content }) => content.payment_data?.notice_number === owed.noticeNumber)).toHaveLength(1);
  }, 60_000);

});
