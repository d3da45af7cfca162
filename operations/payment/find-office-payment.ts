import type { EntityManager } from "@mikro-orm/postgresql";
import { Application } from "../../entities/application.ts";
import { Payment } from "../../entities/payment.ts";
import { problem } from "../../entities/problem.ts";
import { StaffMember } from "../../entities/staff.ts";
import { officesWhere } from "../caller.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate } from "../once.ts";

/** A payment for an application of the offices where the caller looks after payments, locked; and who the caller is. Throws NOT_FOUND. */
export async function findOfficePayment(hub: Hub, em: EntityManager, globalId: string): Promise<{ payment: Payment; member: StaffMember }> {
  const { administration, caller } = hub;
  const id = keyOf("pay", globalId, "input", "payment");
  const payment = caller.kind === "staff" ? await em.findOne(Payment, { id, administration: administration.id }, forUpdate) : null;
  const application = payment?.application && await em.findOne(Application, payment.application.id);
  if (caller.kind !== "staff" || !payment || !application || !officesWhere(caller, "desk:payments").includes(application.office.id)) throw problem("NOT_FOUND", { path: ["input", "payment"] });
  return { payment, member: em.getReference(StaffMember, caller.memberId) };
}

/** A reason that staff give and the debtor may read: there, and of at most 500 characters. Throws INVALID_INPUT. */
export function reasonOf({ reason }: { readonly reason: string }): string {
  const text = reason.trim();
  if (text === "") throw problem("INVALID_INPUT", { path: ["input", "reason"], reason: "EMPTY" });
  if (text.length > 500) throw problem("INVALID_INPUT", { path: ["input", "reason"], reason: "TOO_LONG", details: { most: 500 } });
  return text;
}
