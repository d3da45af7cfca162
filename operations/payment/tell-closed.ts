import type { EntityManager } from "@mikro-orm/postgresql";
import { Application } from "../../entities/application.ts";
import type { Payment } from "../../entities/payment.ts";
import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";

/** Tells whoever listens, and pagoPA's register, that a position is not to be paid any more. Part of the transaction that closes it. */
export async function tellClosed(hub: Pick<Hub, "administration" | "clock">, em: EntityManager, payment: Payment): Promise<void> {
  if (payment.handOver !== "NONE") payment.handOver = "WAITING";
  const application = payment.application ? await em.findOne(Application, payment.application.id) : null;
  recordEvent(hub, em, { kind: "PAYMENT_CLOSED", subjectId: payment.id, citizenId: payment.citizen.id, officeId: application?.office.id ?? null });
}
