import type { EntityManager } from "@mikro-orm/postgresql";
import { SourceRefused } from "../../connectors/upstream.ts";
import { Payment } from "../../entities/payment.ts";
import { problem } from "../../entities/problem.ts";
import { newId } from "../../kernel/ids.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";
import { totalOf, transfersDue } from "./amount-due.ts";
import { findReceipt } from "./find-receipt.ts";
import { allPostal } from "./notices.ts";
import { assertOnlyWay, lockDebts } from "./other-ways.ts";
import { isClosedByDueDay } from "./overdue.ts";
import { tell } from "./tell.ts";

const next = {
  it: "Dopo il pagamento arriva la ricevuta da pagoPA: lo stato si aggiorna da solo, di solito in pochi minuti. Non pagare di nuovo questo avviso.",
  en: "After the payment the receipt comes from pagoPA: the state changes by itself, usually in minutes. Do not pay this notice again.",
} as const;

interface Starting {
  readonly payment: string;
  /** Others to pay in the same go. */
  readonly alsoPay?: readonly string[] | null;
  readonly idempotencyKey: string;
}

/** As many as a cart takes. */
const mostNotices = 5;

/**
 * Opens the payment page of what is owed, one to five notices in one go, and marks their outcome as unknown: of all, or of
 * none. The page is opened first: if the hub dies in between, a page without a mark is harmless, for the positions are still
 * open. Of two who begin at once, one gets a page, also where each begins another way of paying one debt. From then on the
 * receipts are waited for, and looked for where they do not come.
 * Throws NOT_FOUND, INVALID_INPUT, WRONG_STATE, PAYMENT_PENDING, and as the source does.
 */
export const startPayment = (hub: Hub, input: Starting) =>
  once(hub, "startPayment", input, async commit => {
    const wanted = wantedOf(input);
    const em = hub.em.fork();
    const owed = await findOwed(hub, em, wanted);
    for (const { payment, path } of owed) {
      if (payment.state === "OUTCOME_UNKNOWN") throw problem("PAYMENT_PENDING", { path });
      if (isClosedByDueDay(hub, payment.dueOn)) throw problem("WRONG_STATE", { path, details: { from: "EXPIRED", to: "OUTCOME_UNKNOWN" } });
      payment.assertCan("OUTCOME_UNKNOWN");
    }
    await assertOnlyWay(em, owed);
    const { paymentPage } = await hub.connectors.checkout.openCart(cartOf(hub, owed.map(({ payment }) => payment)), hub.signal).catch(pending);
    return commit(async em => {
      await begin(hub, em, owed);
      return { __typename: "StartPaymentSuccess", paymentId: owed[0]!.payment.id, paymentIds: owed.map(({ payment }) => payment.id), checkoutUrl: paymentPage, next: next[hub.locale] };
    });
  });

/** Marks all of them, or throws: what was found before the page was opened may have changed meanwhile. */
async function begin(hub: Hub, em: EntityManager, owed: readonly Owed[]): Promise<void> {
  const ids = owed.map(({ payment }) => payment.id);
  await lockDebts(em, ids);
  const payments = await em.find(Payment, { id: { $in: ids } }, forUpdate);
  const pending = payments.find(({ state }) => state === "OUTCOME_UNKNOWN");
  if (pending) throw problem("PAYMENT_PENDING", { path: owed.find(({ payment }) => payment.id === pending.id)!.path });
  await assertOnlyWay(em, owed);
  for (const payment of payments) {
    payment.awaitOutcome(hub.clock.now());
    await tell(hub, em, "PAYMENT_STARTED", payment);
  }
  await hub.jobs.enqueue(em, findReceipt, ids, new Date(hub.clock.now().getTime() + firstLookMs));
}

/** When a receipt that has not come is first looked for: most come within minutes. */
const firstLookMs = 5 * 60_000;

interface Wanted {
  readonly id: string;
  readonly path: readonly string[];
}

type Owed = Wanted & { readonly payment: Payment };

function wantedOf({ payment, alsoPay }: Starting): Wanted[] {
  const others = (alsoPay ?? []).map((id, place): Wanted => ({ id: keyOf("pay", id, "input", "alsoPay", String(place)), path: ["input", "alsoPay", String(place)] }));
  const all: Wanted[] = [{ id: keyOf("pay", payment, "input", "payment"), path: ["input", "payment"] }, ...others];
  if (all.length > mostNotices || new Set(all.map(({ id }) => id)).size < all.length) throw problem("INVALID_INPUT", { path: ["input", "alsoPay"], reason: "CART" });
  return all;
}

/** What the caller owes of what is wanted, in that order. Two ways of paying one debt are not for the same go. */
async function findOwed({ caller, administration }: Hub, em: EntityManager, wanted: readonly Wanted[]): Promise<Owed[]> {
  const citizen = caller.kind === "citizen" ? caller.citizenId : null;
  const found = citizen ? await em.find(Payment, { id: { $in: wanted.map(({ id }) => id) }, administration: administration.id, citizen }, { populate: ["option"] }) : [];
  const owed = wanted.map(each => {
    const payment = found.find(({ id }) => id === each.id);
    if (!payment) throw problem("NOT_FOUND", { path: each.path });
    return { ...each, payment };
  });
  const options = new Map(owed.flatMap(({ payment: { option } }) => (option ? [[option.id, option.plan.id] as const] : [])));
  if (new Set(options.values()).size < options.size) throw problem("INVALID_INPUT", { path: ["input", "alsoPay"], reason: "CART" });
  return owed;
}

/** The cart of some payments; who comes back from the page is led to these and no others. */
function cartOf(hub: Hub, payments: readonly Payment[]) {
  const { publicUrl, administration: { fiscalCode, name } } = hub;
  const back = (outcome: string): string => `${publicUrl}/payments/return/${payments.map(({ id }) => id).join("+")}?outcome=${outcome}`;
  return {
    id: newId().replaceAll("-", ""),
    notices: payments.map(payment => ({
      noticeNumber: payment.noticeNumber, creditorFiscalCode: fiscalCode, amountCents: totalOf(transfersDue(hub, payment)), companyName: name, description: payment.description,
    })),
    allPostal: payments.every(({ transfers }) => allPostal(transfers)),
    returnTo: { paid: back("ok"), cancelled: back("cancelled"), failed: back("failed"), waiting: back("waiting") },
  };
}

/** The node knows of a payment, under way or made, before its receipt is here. */
function pending(error: unknown): never {
  throw error instanceof SourceRefused && error.reason === "NOT_PAYABLE" ? problem("PAYMENT_PENDING", { path: ["input", "payment"], cause: error }) : error;
}
