import type { EntityManager } from "@mikro-orm/postgresql";
import { DigitalStamp } from "../../entities/digital-stamp.ts";
import { isStamp, Payment, type Transfer } from "../../entities/payment.ts";
import { PaymentOption } from "../../entities/payment-plan.ts";
import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { findOfficePayment, reasonOf } from "./find-office-payment.ts";
import { openPosition } from "./open-position.ts";
import { tellClosed } from "./tell.ts";

interface Replacing {
  readonly payment: string;
  readonly reason: string;
  readonly amountCents?: number | null;
  readonly dueOn?: string | null;
  readonly idempotencyKey: string;
}

/**
 * Asks for the same debt anew, under another notice number and with another amount or due day: a notice that was printed is
 * never changed. The old one is cancelled; should it be paid all the same, the new one is closed. Throws NOT_FOUND,
 * WRONG_STATE, INVALID_INPUT: also for another amount of one instalment, which would leave the plan with another sum.
 */
export const replacePayment = (hub: Hub, input: Replacing) =>
  once(hub, "replacePayment", input, commit => {
    const reason = reasonOf(input);
    return commit(async em => {
      const { payment: old, member } = await findOfficePayment(hub, em, input.payment);
      const dueOn = input.dueOn ?? old.dueOn;
      if (dueOn < dayInRome(hub.clock.now())) throw problem("INVALID_INPUT", { path: ["input", "dueOn"], reason: "PAST" });
      const transfers = transfersOf(old, input.amountCents ?? old.amountCents);
      old.cancel(hub.clock.now(), { reason, member });
      const fresh = await openPosition(hub, em, { ...(await sameDebt(em, old)), dueOn, transfers });
      old.replacedBy = fresh;
      await em.flush();
      // Whatever was replaced before points to the one that holds now.
      await em.nativeUpdate(Payment, { replacedBy: old.id }, { replacedBy: fresh.id });
      await tellClosed(hub, em, old);
      return { __typename: "ReplacePaymentSuccess", paymentId: fresh.id, replacedId: old.id };
    });
  });

/** What does not change: who owes, what for, its place in a plan, and the documents to be stamped. */
async function sameDebt(em: EntityManager, old: Payment) {
  const { citizen, application, description, debtorName, debtorFiscalCode, instalment } = old;
  const option = old.option ? await em.findOneOrFail(PaymentOption, old.option.id) : null;
  const stamps = await em.find(DigitalStamp, { payment: old });
  const place = option && instalment != null ? { place: { option, instalment } } : {};
  return { citizen, application: application ?? null, description, debtorName, debtorFiscalCode, documents: stamps.map(({ document }) => document), ...place };
}

/** The shares of another amount: the first account gets what changes, stamps cost what they cost. */
function transfersOf({ transfers, amountCents: before, option }: Payment, amountCents: number): readonly Transfer[] {
  if (amountCents === before) return transfers;
  const place = transfers.findIndex(transfer => !isStamp(transfer));
  const share = (transfers[place]?.amountCents ?? 0) + amountCents - before;
  if (option || place < 0 || share < 1 || amountCents > 99_999_999) throw problem("INVALID_INPUT", { path: ["input", "amountCents"], reason: "AMOUNT" });
  return transfers.map((transfer, index) => (index === place ? { ...transfer, amountCents: share } : transfer));
}
