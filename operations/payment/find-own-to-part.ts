import type { EntityManager } from "@mikro-orm/postgresql";
import { Application } from "../../entities/application.ts";
import { isStamp, Payment } from "../../entities/payment.ts";
import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import { instalmentsOf } from "../../rules/instalments.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate } from "../once.ts";
import { totalOf } from "./amount-due.ts";

/**
 * A payment of the caller's own, locked, which they may part by themselves as they wish to: the administration's settings say
 * of which services, into how many instalments, of how much each and within how many days (`ownInstalments`). Throws
 * NOT_FOUND, NOT_ELIGIBLE where only staff offer instalments, INVALID_INPUT beyond the limits.
 */
export async function findOwnToPart({ administration, caller, clock }: Hub, em: EntityManager, { payment: globalId, dueOn }: { readonly payment: string; readonly dueOn: readonly string[] }): Promise<Payment> {
  const id = keyOf("pay", globalId, "input", "payment");
  const payment = caller.kind === "citizen" ? await em.findOne(Payment, { id, administration: administration.id, citizen: caller.citizenId }, forUpdate) : null;
  if (!payment) throw problem("NOT_FOUND", { path: ["input", "payment"] });
  const application = payment.application && await em.findOneOrFail(Application, payment.application.id, { populate: ["service"] });
  const limits = application && administration.settings.pagopa.ownInstalments?.[application.service.slug];
  if (!limits) throw problem("NOT_ELIGIBLE", { path: ["input", "payment"], reason: "NO_INSTALMENTS" });
  const until = addDays(dayInRome(clock.now()), limits.withinDays);
  if (dueOn.length > limits.most || dueOn.at(-1)! > until) throw problem("INVALID_INPUT", { path: ["input", "dueOn"], reason: "DUE_WITHIN", details: { most: limits.most, until } });
  const parted = payment.transfers.every(transfer => isStamp(transfer) || transfer.amountCents >= dueOn.length) ? instalmentsOf(payment.transfers, dueOn.length, isStamp) : [];
  if (!parted.every(shares => totalOf(shares) >= limits.leastCents)) throw problem("INVALID_INPUT", { path: ["input", "dueOn"], reason: "TOO_MANY_SHARES" });
  return payment;
}
