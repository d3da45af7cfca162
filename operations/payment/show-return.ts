import { Payment, type PaymentState } from "../../entities/payment.ts";
import type { Hub } from "../hub.ts";

/** What may be shown, of one payment, to somebody who comes back from the payment page. */
export interface Return {
  readonly state: PaymentState;
  /** Only for whoever owes it. */
  readonly owed: { readonly description: string; readonly noticeNumber: string; readonly amountCents: number } | null;
}

/** Where payments stand, by their keys and in that order: the state to whoever holds the address, what they are only to the debtor. Null unless all are there. */
export async function showReturn({ em, administration, caller }: Pick<Hub, "em" | "administration" | "caller">, ids: readonly string[]): Promise<Return[] | null> {
  const found = await em.find(Payment, { id: { $in: [...ids] }, administration: administration.id }, { fields: ["state", "citizen", "description", "noticeNumber", "amountCents"] });
  if (found.length === 0 || found.length < ids.length) return null;
  return ids.map(wanted => {
    const { state, citizen, description, noticeNumber, amountCents } = found.find(({ id }) => id === wanted)!;
    return { state, owed: caller.kind === "citizen" && caller.citizenId === citizen.id ? { description, noticeNumber, amountCents } : null };
  });
}
