import { problem } from "../../entities/problem.ts";
import { assertAssurance } from "../application/assurance.ts";
import type { Hub } from "../hub.ts";
import type { Purpose } from "./purpose.ts";
import { showing, type Read } from "./read.ts";
import { dataSetsOf, memberDataOf, shownHousehold, shownPerson } from "./shown.ts";

const ownRequest: Purpose = { kind: "OWN_REQUEST", reference: "OWN", text: "Consultazione dei propri dati" };

/** The caller in the registry, for the fields asked. Throws NOT_IN_REGISTRY, ASSURANCE_TOO_LOW, and as the registry does. */
export async function showOwnPerson(hub: Hub, fields: readonly string[]): Promise<object> {
  const read = hub.registry.person(hub, ownFiscalCode(hub), dataSetsOf(fields), ownRequest);
  return showing(read, answer => shownPerson(answer, found(answer)));
}

/** The caller's household, for the fields asked. Throws as `showOwnPerson`. */
export async function showOwnHousehold(hub: Hub, fields: readonly string[]): Promise<object> {
  const read = hub.registry.household(hub, ownFiscalCode(hub), memberDataOf(fields), ownRequest);
  return showing(read, answer => shownHousehold(answer, found(answer)));
}

function ownFiscalCode(hub: Hub): string {
  const { caller } = hub;
  // The registry is of people: a company's representative does not look for the company there.
  if (caller.kind !== "citizen" || !caller.fiscalCode || caller.acting?.kind === "COMPANY") throw problem("NOT_IN_REGISTRY");
  assertAssurance(hub, "L2");
  return caller.fiscalCode;
}

/** The value of a read. Throws NOT_IN_REGISTRY when there is none. */
export function found<Value>({ value }: Read<Value>): Value {
  if (value === null) throw problem("NOT_IN_REGISTRY");
  return value;
}
