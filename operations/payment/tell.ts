import type { EntityManager } from "@mikro-orm/postgresql";
import { Application } from "../../entities/application.ts";
import type { EventKind } from "../../entities/event.ts";
import type { Payment } from "../../entities/payment.ts";
import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";

type Told = Extract<EventKind, `PAYMENT_${string}`>;

/** Tells the debtor and the office of a move of a position. Part of the transaction that makes it. */
export async function tell(hub: Pick<Hub, "administration" | "clock">, em: EntityManager, kind: Told, payment: Payment): Promise<void> {
  const application = payment.application ? await em.findOne(Application, payment.application.id) : null;
  recordEvent(hub, em, { kind, subjectId: payment.id, citizenId: payment.citizen.id, officeId: application?.office.id ?? null });
}

/** Tells whoever listens, and pagoPA's register, that a position is not to be paid any more. Part of the transaction that closes it. */
export async function tellClosed(hub: Pick<Hub, "administration" | "clock">, em: EntityManager, payment: Payment): Promise<void> {
  if (payment.handOver !== "NONE") payment.handOver = "WAITING";
  await tell(hub, em, "PAYMENT_CLOSED", payment);
}
