import { Payment, type PaymentState } from "../../entities/payment.ts";
import type { Hub } from "../hub.ts";

/** What may be shown to somebody who comes back from the payment page. */
export interface Return {
  readonly state: PaymentState;
  /** Only for whoever owes it. */
  readonly owed: { readonly description: string; readonly noticeNumber: string; readonly amountCents: number } | null;
}

/** Where a payment stands, by its key: the state to whoever holds the address, what it is only to the debtor. Null when there is none. */
export async function showReturn({ em, administration, caller }: Pick<Hub, "em" | "administration" | "caller">, id: string): Promise<Return | null> {
  const payment = await em.findOne(Payment, { id, administration: administration.id }, { fields: ["state", "citizen", "description", "noticeNumber", "amountCents"] });
  if (!payment) return null;
  const { state, citizen, description, noticeNumber, amountCents } = payment;
  return { state, owed: caller.kind === "citizen" && caller.citizenId === citizen.id ? { description, noticeNumber, amountCents } : null };
}
