import type { EntityManager } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Payment, type PaymentState } from "../../../entities/payment.ts";
import { PaymentOption, PaymentPlan } from "../../../entities/payment-plan.ts";
import { newId } from "../../../kernel/ids.ts";
import { noticeFor } from "../../../operations/payment/print-notice.ts";
import type { NoticePaper, Paper } from "../../../paper/paper.ts";
import { clock, makePosition, makePositions, openStation, type Instance } from "./station-world.ts";

let station: Instance;

beforeAll(async () => {
  station = await openStation();
});
afterAll(() => station.close());

const days = ["2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31"];

/** A debt that may be paid in full or in three parts, in these states; answers its payments, the full one first. */
async function owe(...states: readonly [PaymentState, PaymentState, PaymentState, PaymentState]): Promise<Payment[]> {
  const made = await makePositions(station, states.map((state, index) => ({ state, application: null, amountCents: index === 0 ? 9_000 : 3_000, dueOn: days[index]! })));
  const em = station.orm.em.fork() as EntityManager;
  const { administration } = station;
  const plan = em.create(PaymentPlan, { id: newId(), administration: administration.id, amountCents: 9_000, createdAt: clock.now() });
  const [inFull, inParts] = [1, 2].map(position => em.create(PaymentOption, { id: newId(), administration: administration.id, plan, position }));
  const payments = await Promise.all(made.map(({ id }) => em.findOneOrFail(Payment, id)));
  for (const [index, payment] of payments.entries()) {
    payment.option = index === 0 ? inFull! : inParts!;
    payment.instalment = Math.max(index, 1);
    payment.description = index === 0 ? "Oneri di costruzione" : `Oneri di costruzione - rata ${index} di 3`;
  }
  await em.flush();
  return payments;
}

/** What is printed for a payment as a job finds it: by its key, with nothing else loaded. */
async function printed({ id }: Payment): Promise<NoticePaper | null> {
  const em = station.orm.em.fork() as EntityManager;
  const seen: Paper[] = [];
  const print = async (paper: Paper): Promise<Uint8Array> => {
    seen.push(paper);
    return new Uint8Array();
  };
  const notice = await noticeFor({ em, administration: station.administration, print, signal: new AbortController().signal }, await em.findOneOrFail(Payment, id));
  expect(notice === null).toBe(seen.length === 0);
  return (seen[0] as NoticePaper | undefined) ?? null;
}

test("a debt is printed with every way to pay it, whichever of its payments is asked for", async () => {
  const [full, ...parts] = await owe("OPEN", "OPEN", "OPEN", "OPEN");
  for (const payment of [full!, ...parts]) {
    expect(await printed(payment)).toMatchObject({
      subject: "Oneri di costruzione", full: { noticeNumber: full!.noticeNumber, amountCents: 9_000 }, instalmentsInAll: 3,
      instalments: parts.map(({ noticeNumber, dueOn }, index) => ({ number: index + 1, noticeNumber, dueOn, amountCents: 3_000 })),
    });
  }
});

test("what was paid or shut out is not printed again, and the rest keeps its numbers", async () => {
  const [full, first, second, third] = await owe("EXCLUDED", "PAID", "OPEN", "OPEN");
  const paper = await printed(second!);
  expect(paper).toMatchObject({ subject: "Oneri di costruzione", instalmentsInAll: 3, instalments: [{ number: 2, noticeNumber: second!.noticeNumber }, { number: 3, noticeNumber: third!.noticeNumber }] });
  expect(paper).not.toHaveProperty("full");
  for (const payment of [full!, first!]) expect(await printed(payment)).toBeNull();
});

test("nobody's name is in the file's, and no fiscal code is printed where none is known", async () => {
  const { id } = await makePosition(station);
  const em = station.orm.em.fork() as EntityManager;
  await em.nativeUpdate(Payment, id, { debtorFiscalCode: "ANONIMO" });
  const payment = await em.findOneOrFail(Payment, id);
  expect((await printed(payment))?.debtor).toEqual({ name: "Lucia Bertò" });
  const notice = await noticeFor({ em, administration: station.administration, print: async () => new Uint8Array(), signal: new AbortController().signal }, payment);
  expect(notice?.fileName).toBe(`avviso-pagopa-${payment.noticeNumber}.pdf`);
});

test.each([
  ["imposta di soggiorno", "Imposta di soggiorno"], ["x".repeat(90), `X${"x".repeat(89)}`], ["x".repeat(91), `X${"x".repeat(88)}…`], ["à".repeat(3), "Ààà"], ["TARI 2026", "TARI 2026"],
  [`${"parola ".repeat(20)}`.trim(), `Parola ${"parola ".repeat(11).trim()}…`],
])("a notice says of %j no more than its form has room for", async (description, subject) => {
  const { id } = await makePosition(station);
  const em = station.orm.em.fork() as EntityManager;
  await em.nativeUpdate(Payment, id, { description });
  const paper = await printed(await em.findOneOrFail(Payment, id));
  expect(paper?.subject).toBe(subject);
  expect([...paper!.subject].length).toBeLessThanOrEqual(90);
});
