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

/** Tells whoever listens, and pagoPA's register, that a position is not to be paid any more, or is again. Part of the transaction that makes it so. */
async function tellRegisterToo(hub: Pick<Hub, "administration" | "clock">, em: EntityManager, kind: "PAYMENT_CLOSED" | "PAYMENT_REOPENED", payment: Payment): Promise<void> {
  if (payment.handOver !== "NONE") payment.handOver = "WAITING";
  await tell(hub, em, kind, payment);
}

/** Tells them that it is not to be paid any more. */
export const tellClosed = (hub: Pick<Hub, "administration" | "clock">, em: EntityManager, payment: Payment): Promise<void> => tellRegisterToo(hub, em, "PAYMENT_CLOSED", payment);

/** Tells them that it may be paid again: one that had expired was closed in the register. */
export const tellReopened = (hub: Pick<Hub, "administration" | "clock">, em: EntityManager, payment: Payment): Promise<void> => tellRegisterToo(hub, em, "PAYMENT_REOPENED", payment);
