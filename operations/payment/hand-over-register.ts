import type { DebtRegister, RegisteredDebt, RegisteredOption } from "../../connectors/pagopa/gpd.ts";
import { SourceRefused } from "../../connectors/upstream.ts";
import { Payment, toBePaid } from "../../entities/payment.ts";
import type { JobHub } from "../job.ts";
import { transfersDue } from "./amount-due.ts";
import { debtorOf, transferOf } from "./give-payment.ts";

/**
 * Gives the whole debt that a position is part of to GPD, or closes it there when nothing of it is to be paid any more. Of a
 * debt that is being paid, GPD knows by itself: the money came through it. Throws as the register does.
 */
export async function tellRegister(hub: JobHub, register: DebtRegister, payment: Payment): Promise<void> {
  const debt = payment.option ? await hub.em.find(Payment, { option: { plan: payment.option.plan } }, { populate: ["option"], orderBy: { createdAt: "asc", id: "asc" } }) : [payment];
  if (debt.some(({ state }) => state === "PAID")) return;
  // The first position of a debt names it: a plan that is made of it later must not become another debt there.
  const id = debt[0]!.id;
  const open = debt.filter(({ state }) => toBePaid.has(state));
  if (open.length > 0) return register.keep(debtOf(hub, id, open), hub.signal);
  await register.close(id, hub.signal).catch((error: unknown) => {
    if (!(error instanceof SourceRefused && ["NOT_FOUND", "NOT_POSSIBLE"].includes(error.reason))) throw error;
  });
}

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
