import type { RegistryPerson } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { isMinor } from "../../rules/minority.ts";
import { assertAssurance } from "../application/assurance.ts";
import type { Hub } from "../hub.ts";
import type { Purpose } from "../registry/purpose.ts";
import type { RegistryHousehold } from "../registry/reads.ts";
import type { Read } from "../registry/read.ts";
import { found } from "../registry/show-person.ts";
import type { Subject } from "./act-for.ts";
import { asThemselves } from "./themselves.ts";

const purpose: Purpose = { kind: "OWN_REQUEST", reference: "DELEGATION", text: "Verifica della responsabilità genitoriale" };

const householdOf = (hub: Hub, parent: string): Promise<Read<RegistryHousehold>> => hub.registry.household(hub, parent, ["IDENTITY", "FATHER", "MOTHER"], purpose);

/** The children of a parent who are under age and live in the parent's household. */
const childrenIn = ({ clock }: Hub, { members }: RegistryHousehold, parent: string): RegistryPerson[] =>
  members.filter(({ birth, father, mother }) =>
    birth.precision === "DAY" && birth.date !== null && isMinor(birth.date, dayInRome(clock.now())) && [father?.fiscalCode, mother?.fiscalCode].includes(parent));

/** The minor child with a fiscal code. Throws NOT_ELIGIBLE when the parent has none such, NOT_IN_REGISTRY, and as the registry does. */
export async function minorOf(hub: Hub, parent: string, child: string): Promise<Subject> {
  const minor = childrenIn(hub, found(await householdOf(hub, parent)), parent).find(({ fiscalCode }) => fiscalCode === child);
  if (!minor) throw problem("NOT_ELIGIBLE", { path: ["input", "fiscalCode"], reason: "NOT_A_MINOR_CHILD" });
  return { kind: "PARENT", fiscalCode: child, givenName: minor.givenName ?? "", familyName: minor.familyName ?? "" };
}

/** The minors for whom whoever signed in may act, as the registry says now. Throws NOT_IN_REGISTRY, ASSURANCE_TOO_LOW, and as the registry does. */
export async function showMinors(given: Hub): Promise<object> {
  const hub = asThemselves(given);
  const { caller } = hub;
  if (caller.kind !== "citizen" || !caller.fiscalCode) throw problem("NOT_IN_REGISTRY");
  assertAssurance(hub, "L2");
  const parent = caller.fiscalCode;
  const read = await householdOf(hub, parent);
  const people = childrenIn(hub, found(read), parent).map(({ fiscalCode, givenName, familyName }) => ({ fiscalCode, givenName, familyName }));
  return { __typename: "Minors", provenance: read.provenance, people };
}
