import { Payment, type PaymentState } from "../../entities/payment.ts";
import type { Hub } from "../hub.ts";
import { totalOf, transfersDue } from "./amount-due.ts";

/** What may be shown, of one payment, to somebody who comes back from the payment page. */
export interface Return {
  readonly state: PaymentState;
  /** Only for whoever owes it: with what was paid, or else what the payment page asks for. */
  readonly owed: { readonly description: string; readonly noticeNumber: string; readonly amountCents: number } | null;
}

/** Where payments stand, by their keys and in that order: the state to whoever holds the address, what they are only to the debtor. Null unless all are there. */
export async function showReturn(hub: Pick<Hub, "em" | "administration" | "caller" | "clock">, ids: readonly string[]): Promise<Return[] | null> {
  const { em, administration, caller } = hub;
  const found = await em.find(Payment, { id: { $in: [...ids] }, administration: administration.id });
  if (found.length === 0 || found.length < ids.length) return null;
  return ids.map(wanted => {
    const payment = found.find(({ id }) => id === wanted)!;
    const { state, citizen, description, noticeNumber } = payment;
    const amountCents = payment.paidCents ?? totalOf(transfersDue(hub, payment));
    return { state, owed: caller.kind === "citizen" && caller.citizenId === citizen.id ? { description, noticeNumber, amountCents } : null };
  });
}
