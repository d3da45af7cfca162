import type { EntityManager } from "@mikro-orm/postgresql";
import type { RegistryPerson } from "../../connectors/anpr/index.ts";
import { Citizen } from "../../entities/citizen.ts";
import { Delegation } from "../../entities/delegation.ts";
import { problem } from "../../entities/problem.ts";
import { Session } from "../../entities/session.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import { isMinor } from "../../rules/minority.ts";
import { assertAssurance } from "../application/assurance.ts";
import type { CitizenCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once, type Outcome } from "../once.ts";
import type { Purpose } from "../registry/purpose.ts";
import { found } from "../registry/show-person.ts";
import { asThemselves } from "./themselves.ts";

export interface ActForInput {
  readonly fiscalCode: string;
  readonly idempotencyKey: string;
}

const purpose: Purpose = { kind: "OWN_REQUEST", reference: "DELEGATION", text: "Verifica della responsabilità genitoriale" };

/**
 * Lets the caller act for a minor, from the next request of this session on: the registry is asked now whether the minor
 * lives in the caller's household and is the caller's child. Throws NOT_ELIGIBLE, the same for everybody who is not;
 * NOT_IN_REGISTRY, ASSURANCE_TOO_LOW, and as the registry does.
 */
export const actFor = (hub: Hub, input: ActForInput) =>
  once(asThemselves(hub), "actFor", input, async commit => {
    const own = asThemselves(hub);
    const { caller } = own;
    if (caller.kind !== "citizen" || !caller.fiscalCode) throw problem("NOT_IN_REGISTRY");
    assertAssurance(own, "L2");
    const child = await childOf(own, caller.fiscalCode, input.fiscalCode);
    return commit(em => begin(em, own, caller, child));
  });

async function childOf(hub: Hub, parent: string, child: string): Promise<RegistryPerson> {
  const { members } = found(await hub.registry.household(hub, parent, ["IDENTITY", "FATHER", "MOTHER"], purpose));
  const today = dayInRome(hub.clock.now());
  const minor = members.find(({ fiscalCode, birth, father, mother }) =>
    fiscalCode === child && birth.precision === "DAY" && birth.date !== null && isMinor(birth.date, today) && [father?.fiscalCode, mother?.fiscalCode].includes(parent));
  if (!minor) throw problem("NOT_ELIGIBLE", { path: ["input", "fiscalCode"], reason: "NOT_A_MINOR_CHILD" });
  return minor;
}

async function begin(em: EntityManager, { administration: { id: administration }, clock }: Hub, caller: CitizenCaller, { fiscalCode, givenName, familyName }: RegistryPerson): Promise<Outcome> {
  const now = clock.now();
  await em.upsert(Citizen, { id: newId(), administration, fiscalCode, createdAt: now }, { onConflictFields: ["administration", "fiscalCode"], onConflictAction: "ignore" });
  const subject = await em.findOneOrFail(Citizen, { administration, fiscalCode });
  // One at a time: whoever begins to act for another stops acting for the one before.
  const session = await em.findOneOrFail(Session, { id: caller.sessionId, administration, endedAt: null }, forUpdate);
  await em.nativeUpdate(Delegation, { session, endedAt: null }, { endedAt: now });
  em.create(Delegation, { id: newId(), administration, session, actor: caller.citizenId, subject, kind: "PARENT", givenName: givenName ?? "", familyName: familyName ?? "", startedAt: now });
  return { __typename: "ActForSuccess", kind: "PARENT", since: now.toISOString() };
}
