import { problem } from "../../entities/problem.ts";
import { type EventKind, reconciliationKinds } from "../../entities/event.ts";
import { remembered } from "../../kernel/remember.ts";
import type { Hub } from "../hub.ts";
import { mayReconcile } from "../reconciliation/may-reconcile.ts";
import type { Audience, Published, Resync } from "./bus.ts";

const shapes: Readonly<Record<string, { readonly type: string; readonly key: string }>> = {
  APPOINTMENT: { type: "AppointmentChanged", key: "appointmentId" },
  APPLICATION: { type: "ApplicationChanged", key: "applicationId" },
  PAYMENT: { type: "PaymentChanged", key: "paymentId" },
  FLOW: { type: "FlowChanged", key: "flowId" },
  DISCREPANCY: { type: "DiscrepancyChanged", key: "discrepancyId" },
  DAY: { type: "DayChanged", key: "dayId" },
};

/** What happens to the caller's own things, from now on or after a cursor. */
export function listenAsCitizen(hub: Hub, after: string | null | undefined): AsyncIterableIterator<object> {
  if (hub.caller.kind !== "citizen") throw problem("NOT_FOUND");
  return listen(hub, { citizenId: hub.caller.citizenId }, after);
}

/** What happens in the caller's offices, or in some of them, from now on or after a cursor. Offices where the caller does not work are answered as absent. */
export function listenAtDesk(hub: Hub, offices: readonly string[] | null | undefined, after: string | null | undefined): AsyncIterableIterator<object> {
  if (hub.caller.kind !== "staff") throw problem("NOT_FOUND");
  const mine = hub.caller.officeIds;
  const chosen = offices?.map(id => id.replace(/^off_/, "")) ?? mine;
  if (!chosen.every(id => mine.includes(id))) throw problem("NOT_FOUND", { path: ["offices"] });
  return listen(hub, { officeIds: chosen }, after);
}

/** What happens in reconciliation, from now on or after a cursor. */
export function listenToReconciliation(hub: Hub, after: string | null | undefined): AsyncIterableIterator<object> {
  if (!mayReconcile(hub)) throw problem("NOT_FOUND");
  return listen(hub, { kinds: reconciliationKinds }, after);
}

async function* listen(hub: Hub, audience: Audience, after: string | null | undefined): AsyncIterableIterator<object> {
  const position = after === null || after === undefined ? null : BigInt(after);
  for await (const event of hub.bus.listen(hub.administration.id, audience, position, hub.signal)) yield shown(event);
}

/** An event as the graph shows it, one object for all who hear it: its things are read again by their own fields, under the listener's permission. */
const shown = remembered((event: Published | Resync): object => {
  const place = { cursor: event.position.toString(), occurredAt: event.occurredAt.toISOString() };
  if ("resync" in event) return { __typename: "ResyncRequired", ...place };
  const { type, key } = shapes[(event.kind satisfies EventKind).split("_")[0]!]!;
  return { __typename: type, ...place, kind: event.kind, [key]: event.subjectId };
});
