import type { DebtRegister, RegisteredDebt, RegisteredOption } from "../../connectors/pagopa/gpd.ts";
import { SourceRefused } from "../../connectors/upstream.ts";
import { Payment, toBePaid } from "../../entities/payment.ts";
import { Receipt } from "../../entities/receipt.ts";
import type { JobHub } from "../job.ts";
import { transfersDue } from "./amount-due.ts";
import { debtorOf, transferOf } from "./give-payment.ts";

/**
 * Gives the whole debt that a position is part of to GPD, or closes it there when nothing of it is to be paid any more. What
 * was paid through GPD it knows by itself; what a member of staff settled by a proof of their own it is told. Throws as the
 * register does.
 */
export async function tellRegister(hub: JobHub, register: DebtRegister, payment: Payment): Promise<void> {
  const debt = payment.option ? await hub.em.find(Payment, { option: { plan: payment.option.plan } }, { populate: ["option"], orderBy: { createdAt: "asc", id: "asc" } }) : [payment];
  // The first position of a debt names it: a plan that is made of it later must not become another debt there.
  const id = debt[0]!.id;
  if (debt.some(({ state }) => state === "PAID")) return tellOfPartlyPaid(hub, register, id, payment);
  const open = debt.filter(({ state }) => toBePaid.has(state));
  if (open.length > 0) return register.keep(debtOf(hub, id, open), hub.signal);
  await register.close(id, hub.signal).catch(unless("NOT_FOUND", "NOT_POSSIBLE"));
}

/** Of a debt that was paid in part, `whole` by its key, GPD lets nothing be changed but that more of it is paid. */
async function tellOfPartlyPaid(hub: JobHub, register: DebtRegister, whole: string, payment: Payment): Promise<void> {
  switch (payment.state) {
    case "PAID": {
      const settled = await hub.em.count(Receipt, { payment: payment.id, meaning: "SETTLED", source: "STAFF" });
      // Money that came through GPD: to mark it as paid could forestall the receipt that GPD waits for itself.
      return settled === 0 ? undefined : register.settle(payment.noticeNumber, payment.paidAt ?? hub.clock.now(), hub.signal).catch(unless("NOT_FOUND", "NOT_POSSIBLE"));
    }
    // A notice that took another's place is a debt of its own there; the others are in the debt already, which is the conflict.
    case "OPEN": case "OUTCOME_UNKNOWN": return register.keep(debtOf(hub, payment.id, [payment]), hub.signal).catch(unless("CONFLICT"));
    case "CANCELLED": {
      // Closed already, as when the answer was lost, or no debt of its own: only the debt that it may be part of tells which.
      await register.close(payment.id, hub.signal).catch(unless("NOT_FOUND", "NOT_POSSIBLE"));
      // As a part it stays payable there, and somebody has to know.
      if (await register.holds(whole, payment.noticeNumber, hub.signal).catch(unless("NOT_FOUND")) === true) throw new SourceRefused("PAGOPA_GPD", "NOT_POSSIBLE", "PARTLY_PAID");
      return undefined;
    }
    // Shut out by another way, or by its day: GPD knows of both by itself.
    case "EXCLUDED": case "EXPIRED": return undefined;
  }
}

/** Takes refusals for these reasons as what was wanted: there was nothing left to do. */
const unless = (...reasons: readonly SourceRefused["reason"][]) => (error: unknown): void => {
  if (!(error instanceof SourceRefused && reasons.includes(error.reason))) throw error;
};

function debtOf(hub: JobHub, id: string, open: readonly Payment[]): RegisteredDebt {
  const { name, settings: { pagopa } } = hub.administration;
  const options = Map.groupBy([...open].sort((one, other) => (one.instalment ?? 0) - (other.instalment ?? 0)), ({ option }) => option?.position ?? 1);
  return {
    id, companyName: name, debtor: debtorOf(open[0]!), expires: pagopa.refusesOverdue === true,
    options: [...options].sort(([one], [other]) => one - other).map(([, payments]): RegisteredOption => ({
      description: payments.length > 1 ? `${payments.length} rate` : "Soluzione unica",
      instalments: payments.map(payment => ({
        noticeNumber: payment.noticeNumber, iuv: payment.iuv, description: payment.description, dueDate: payment.dueOn, transfers: transfersDue(hub, payment).map(transferOf),
      })),
    })),
  };
}
