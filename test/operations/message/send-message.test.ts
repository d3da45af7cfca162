import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { messageLimits } from "../../../connectors/io/index.ts";
import { SourceMalformed, SourceRefused, SourceUnavailable, type SourceName } from "../../../connectors/upstream.ts";
import type { TestDatabase } from "../../helpers/postgres.ts";
import { freshDatabase, openStation, type Instance } from "../payment/station-world.ts";
import { waitingMessage } from "./step.ts";

let database: TestDatabase;
let instance: Instance;
beforeAll(async () => {
  database = await freshDatabase();
  instance = await openStation(database.url);
}, 60_000);
afterAll(async () => {
  await instance.close();
  await database.drop();
});

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const silent = (source: SourceName, { unknown = false, diagnosis = "TIMEOUT", retryAfter = new Date() } = {}) => () => new SourceUnavailable(source, { since: new Date(), retryAfter, unknown, diagnosis });
const refused = (source: SourceName, reason: string) => () => new SourceRefused(source, reason);
const taken = () => ({ id: "one" });
const reachable = () => ({ reachable: true, language: null });
const outcomes = (deliveries: readonly { readonly channel: string; readonly outcome: string }[]): string[] => deliveries.map(({ channel, outcome }) => `${channel} ${outcome}`);

describe("a step that fails", () => {
  test.each([
    ["the profile is not asked in time", { reach: [silent("IO"), reachable] }, ["IO TAKEN"]],
    ["the key is not taken", { reach: [refused("IO", "NOT_AUTHORISED"), reachable] }, ["IO TAKEN"]],
    ["the service may not write yet", { app: [refused("IO", "NOT_AUTHORISED"), taken] }, ["IO TAKEN"]],
    ["the answer to the profile cannot be read", { reach: [() => new SourceMalformed("IO"), reachable] }, ["IO TAKEN"]],
    ["the app has no time", { app: [silent("IO", { diagnosis: "HTTP_503" }), taken] }, ["IO TAKEN"]],
  ])("when %s, the next turn sends it, once", async (_name, channels, deliveries) => {
    const message = await waitingMessage(instance, channels);
    const { failure } = await message.turn();
    expect(failure).toBeDefined();
    expect(await message.row()).toMatchObject({ state: "QUEUED" });
    message.pass(minute);
    expect(await message.turn()).toEqual({});
    expect(outcomes((await message.row()).deliveries)).toEqual(deliveries);
    expect(await message.row()).toMatchObject({ state: "SENT", channel: "IO" });
    expect([message.taken.app.length, message.taken.post.length]).toEqual([1, 0]);
    // A turn that comes once more, as after a death, finds nothing to do.
    expect(await message.turn()).toEqual({});
    expect(message.taken.app).toHaveLength(1);
  });

  test.each([["IO_OR_EMAIL", 0], ["IO", 0], ["BOTH", 1]] as const)("when the answer to the message is lost, the app is left alone for some minutes, and then given it once more (%s)", async (messageChoice, mails) => {
    const message = await waitingMessage(instance, { app: [silent("IO", { unknown: true }), taken] });
    await message.citizen({ messageChoice });
    expect(await message.turn()).toEqual({ again: new Date(Date.parse("2026-11-23T11:00:00Z") + 5 * minute) });
    expect(await message.row()).toMatchObject({ state: "QUEUED" });
    expect(message.taken.post).toHaveLength(mails);
    message.pass(5 * minute);
    expect(await message.turn()).toEqual({});
    expect(outcomes((await message.row()).deliveries).filter(outcome => outcome.startsWith("IO"))).toEqual(["IO UNKNOWN", "IO TAKEN"]);
    expect(await message.row()).toMatchObject({ state: "SENT" });
    expect([message.taken.app.length, message.taken.post.length]).toEqual([1, mails]);
  });

  test.each([
    ["the app has nobody of that code any more", { app: [refused("IO", "NOT_FOUND")] }, "IO NOT_REACHABLE"],
    ["the amount is more than the service may ask", { app: [refused("IO", "BAD_REQUEST")] }, "IO REFUSED"],
    ["the message is none that the app takes", { app: [() => new RangeError("App IO takes no message with this amountCents")] }, "IO REFUSED"],
  ])("when %s, it goes by e-mail at once", async (_name, channels, delivery) => {
    const message = await waitingMessage(instance, channels);
    expect(await message.turn()).toEqual({});
    expect(outcomes((await message.row()).deliveries)).toEqual([delivery, "EMAIL TAKEN"]);
    expect(await message.row()).toMatchObject({ state: "SENT", channel: "EMAIL" });
  });

  test("greylisting is waited for, an address that nobody has is not", async () => {
    const greylisted = await waitingMessage(instance, { post: [silent("SMTP", { diagnosis: "SMTP_451" }), taken] });
    await greylisted.citizen({ messageChoice: "EMAIL" });
    expect((await greylisted.turn()).failure).toBeDefined();
    expect(await greylisted.turn()).toEqual({});
    expect(await greylisted.row()).toMatchObject({ state: "SENT", channel: "EMAIL" });
    const nobody = await waitingMessage(instance, { post: [refused("SMTP", "ADDRESS")] });
    await nobody.citizen({ messageChoice: "EMAIL" });
    expect(await nobody.turn()).toEqual({});
    expect(await nobody.row()).toMatchObject({ state: "REFUSED", channel: null });
  });

  test("a channel that asks for patience is given it, and no more than the other channel is made to wait", async () => {
    const later = (ms: number) => new Date(Date.parse("2026-11-23T11:00:00Z") + ms);
    const message = await waitingMessage(instance, { reach: [silent("IO", { diagnosis: "HTTP_429", retryAfter: later(20 * minute) }), silent("IO", { diagnosis: "HTTP_429", retryAfter: later(30 * day) })] });
    expect(await message.turn()).toEqual({ again: later(20 * minute) });
    message.pass(20 * minute);
    expect((await message.turn()).again!.getTime()).toBeLessThanOrEqual(later(20 * minute + hour).getTime());
    message.pass(hour);
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "SENT", channel: "EMAIL" });
  });

  test("when both are wanted, the app's wish for patience is heeded also where the mail server fails otherwise", async () => {
    const retryAfter = new Date("2026-11-23T11:07:00Z");
    const message = await waitingMessage(instance, { reach: [silent("IO", { diagnosis: "HTTP_429", retryAfter }), reachable], post: [silent("SMTP"), taken] });
    await message.citizen({ messageChoice: "BOTH" });
    expect(await message.turn()).toEqual({ again: retryAfter });
    expect(await message.turn()).toEqual({});
    expect(outcomes((await message.row()).deliveries)).toEqual(["IO TAKEN", "EMAIL TAKEN"]);
  });

  test("what nobody foresaw is tried for three days too, and does not leave it waiting for ever", async () => {
    const message = await waitingMessage(instance, { app: [() => new TypeError("unforeseen")] });
    expect((await message.turn()).failure).toBeInstanceOf(TypeError);
    expect(await message.row()).toMatchObject({ state: "QUEUED", deliveries: [] });
    message.pass(3 * day + minute);
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "FAILED", channel: null });
  });

  test("after three days of silence it has failed, and the log names nobody", async () => {
    const message = await waitingMessage(instance, { reach: [silent("IO")], post: [silent("SMTP")] });
    expect((await message.turn()).failure).toBeDefined();
    message.pass(3 * day - minute);
    expect((await message.turn()).failure).toBeDefined();
    message.pass(2 * minute);
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "FAILED", channel: null });
    expect(message.log.join()).not.toMatch(/RSSMRA|persona@|Bertò/);
  });
});

describe("what changes while it waits", () => {
  test("the choice: of nothing, before anything was sent", async () => {
    const message = await waitingMessage(instance, { reach: [silent("IO")] });
    expect((await message.turn()).failure).toBeDefined();
    await message.citizen({ messageChoice: "NONE" });
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "NOT_WANTED" });
  });

  test.each([
    ["the choice of nothing", async (message: Awaited<ReturnType<typeof waitingMessage>>) => message.citizen({ messageChoice: "NONE" })],
    ["a payment", async (message: Awaited<ReturnType<typeof waitingMessage>>) => message.position({ state: "PAID", paidAt: new Date(), paidCents: 4_630 })],
  ])("after one of two channels took it, %s leaves it sent", async (_name, change) => {
    const message = await waitingMessage(instance, { post: [silent("SMTP")] });
    await message.citizen({ messageChoice: "BOTH" });
    expect((await message.turn()).failure).toBeDefined();
    await change(message);
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "SENT", channel: "IO" });
    expect(message.taken.post).toEqual([]);
  });

  test("the address: withdrawn, or not confirmed any more", async () => {
    for (const change of [{ email: null, emailConfirmedAt: null }, { email: "altra@posta.example", emailConfirmedAt: null }]) {
      const message = await waitingMessage(instance, { post: [silent("SMTP"), taken] });
      await message.citizen({ messageChoice: "EMAIL" });
      expect((await message.turn()).failure).toBeDefined();
      await message.citizen(change);
      expect(await message.turn()).toEqual({});
      expect(await message.row()).toMatchObject({ state: "REFUSED", deliveries: [{ channel: "EMAIL", outcome: "NOT_REACHABLE" }] });
      expect(message.taken.post).toEqual([]);
    }
  });

  test("the due day: a reminder that is put off is as patient on its new day as it would have been", async () => {
    const message = await waitingMessage(instance, { reach: [silent("IO"), reachable] }, { kind: "NOTICE_REMINDER" });
    const { again } = await message.turn();
    expect(again).toEqual(new Date("2026-12-26T08:00:00Z"));
    expect((await message.row()).dueAt).toEqual(again);
    message.pass(again!.getTime() - Date.parse("2026-11-23T11:00:00Z") + minute);
    expect((await message.turn()).failure).toBeDefined();
    expect(await message.row()).toMatchObject({ state: "QUEUED" });
    expect(message.taken.post).toEqual([]);
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "SENT", channel: "IO" });
  });

  test("the time: what is due already is still told of, with its day", async () => {
    const message = await waitingMessage(instance, {}, { kind: "NOTICE_REMINDER", position: { dueOn: "2026-10-25" } });
    expect(await message.turn()).toEqual({});
    // The day on which the clocks go back ends an hour later.
    expect(message.taken.app).toMatchObject([{ dueOn: "2026-10-25", subject: "Promemoria di pagamento: Permesso ZTL" }]);
    expect(message.taken.app[0]!.markdown).toContain("25 ottobre 2026");
  });

  test("the person: without a fiscal code nobody asks the app", async () => {
    const message = await waitingMessage(instance, { reach: [() => new Error("nobody may ask")] });
    await message.citizen({ fiscalCode: null });
    expect(await message.turn()).toEqual({});
    expect(await message.row()).toMatchObject({ state: "SENT", channel: "EMAIL" });
    expect(message.taken.post[0]).toMatchObject({ id: message.id, attachments: [{ contentType: "application/pdf" }] });
  });
});

describe("several messages to one person", () => {
  /** Two that are due together, the second behind the first, and one to somebody else. */
  async function three(channels: Parameters<typeof waitingMessage>[1] = {}) {
    const first = await waitingMessage(instance, channels);
    return { first, second: await waitingMessage(instance, {}, { reader: first.reader, kind: "RECEIPT" }), others: await waitingMessage(instance, {}) };
  }

  test("come in their order: the later waits, and is done when the earlier was sent; somebody else's waits for nobody", async () => {
    const { first, second, others } = await three();
    expect(await second.turn()).toEqual({ again: new Date("2026-11-23T12:00:00Z") });
    expect(await others.turn()).toEqual({});
    expect([second.taken.app.length, others.taken.app.length]).toEqual([0, 1]);
    expect(await first.turn()).toEqual({ next: second.id });
    expect(await second.turn()).toEqual({});
    expect([first.taken.app.length, second.taken.app.length]).toEqual([1, 1]);
  });

  test("wait for one that is tried again, for an hour at most", async () => {
    const { first, second } = await three({ reach: [silent("IO")], post: [silent("SMTP")] });
    expect((await first.turn()).failure).toBeDefined();
    expect(await second.turn()).toMatchObject({ again: new Date("2026-11-23T12:00:00Z") });
    second.pass(hour);
    expect(await second.turn()).toEqual({});
    expect(await second.row()).toMatchObject({ state: "SENT" });
    // One that was overtaken has nobody behind it.
    first.pass(3 * day + minute);
    expect(await first.turn()).toEqual({});
  });

  test("do not wait for one that is put off, nor for one that is not due yet", async () => {
    const first = await waitingMessage(instance, {}, { kind: "NOTICE_REMINDER" });
    const [second, later] = [await waitingMessage(instance, {}, { reader: first.reader }), await waitingMessage(instance, {}, { reader: first.reader, dueInMs: hour })];
    expect(await second.turn()).toMatchObject({ again: new Date("2026-11-23T12:00:00Z") });
    expect(await first.turn()).toEqual({ again: new Date("2026-12-26T08:00:00Z"), next: second.id });
    expect(await second.turn()).toEqual({});
    later.pass(hour);
    expect(await later.turn()).toEqual({});
    expect(later.taken.app).toHaveLength(1);
  });
});

describe("words from elsewhere", () => {
  test.each([
    ["emoji and right-to-left", "👩‍👩‍👧‍👦 שלום مرحبا 🅿️ ".repeat(12)], ["orders to write backwards", "Tassa \u202e00,1 oruE\u2066\u2069\u2028fine"],
    ["line ends that would be headers", "Tassa\r\nBcc: altri@posta.example\r\n\r\nTesto"], ["markup", "# **gratis** [qui](https://evil.example) ![x](y) <a href=x>"], ["a word without an end", "x".repeat(140)],
  ])("%s are one plain line within the limits, in the app and in a mail", async (_name, description) => {
    const message = await waitingMessage(instance, {});
    await message.position({ description });
    await message.citizen({ messageChoice: "BOTH" });
    expect(await message.turn()).toEqual({});
    const { app: [inApp], post: [mail] } = message.taken;
    for (const subject of [inApp!.subject, mail!.subject]) {
      expect([...subject].length).toBeGreaterThanOrEqual(messageLimits.subject.least);
      expect(subject.length).toBeLessThanOrEqual(messageLimits.subject.most);
    }
    for (const text of [inApp!.subject, inApp!.markdown.replaceAll("\n\n", ""), mail!.subject, mail!.text.replaceAll("\n\n", "").trim(), mail!.html]) expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    expect(inApp!.subject.isWellFormed() && mail!.subject.isWellFormed()).toBe(true);
    expect(inApp!.markdown).not.toMatch(/(?<!\\)[*<]|(?<!\\)\[(?!Vai)/);
    expect(mail!.html).not.toContain("<a href=x>");
  });
});
