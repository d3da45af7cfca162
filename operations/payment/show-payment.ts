import { isStamp, toBePaid, type PaymentState, type Transfer } from "../../entities/payment.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";
import { totalOf, transfersDue } from "./amount-due.ts";

/** A payment as the caller may see it, or null. */
export const showPayment = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** What was read of a payment to compute by. */
export interface Owing {
  readonly $state: PaymentState;
  readonly $dueOn: string;
  readonly $transfers: readonly Transfer[];
}

/** The shares as they are due today; those of one that is not to be paid any more stay as they were asked. */
const sharesOf = (hub: Hub, { $state, $dueOn, $transfers }: Owing): readonly Transfer[] =>
  toBePaid.has($state) ? transfersDue(hub, { transfers: $transfers, dueOn: $dueOn }) : $transfers;

const money = (cents: number) => ({ cents, currency: "EUR" });

/** What is to be paid today. */
export const showAmountDue = (hub: Hub, owing: Owing): object => money(totalOf(sharesOf(hub, owing)));

/** Who gets which part of it. */
export const showShares = (hub: Hub, owing: Owing): object[] => sharesOf(hub, owing).map(transfer => ({
  amount: money(transfer.amountCents), creditor: transfer.creditorName, description: transfer.remittance, isStamp: isStamp(transfer),
}));

/** Payments as the caller may see them, by when they were requested. */
export const showPayments = (hub: Hub, ids: readonly string[], info: FieldInfo): Promise<unknown[]> =>
  hub.plans.list(hub, info, { id: [...ids] }, [["createdAt", "asc"], ["id", "asc"]]);
