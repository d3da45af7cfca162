import type { PersonSearch } from "../../connectors/anpr/index.ts";
import { SourceRefused } from "../../connectors/upstream.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import type { Purpose } from "./purpose.ts";
import { showing } from "./read.ts";
import { found } from "./show-person.ts";
import { dataSetsOf, shownPerson } from "./shown.ts";

/** The case for which staff look somebody up, as the planner reads it beside the row. */
export interface CaseAtHand {
  /** Of the applicant; null for those who signed in from another country and have none. */
  readonly fiscalCode: string | null;
  readonly office: { readonly id: string; readonly name: string };
  /** Number in the register of protocol; null while a draft. */
  readonly protocol: string | null;
}

/** Whom to look up: by fiscal code, or by name and birth. */
export interface LookUpPersonInput {
  readonly fiscalCode?: string | null;
  readonly familyName?: string | null;
  readonly givenName?: string | null;
  readonly sex?: "F" | "M" | null;
  readonly birthDate?: string | null;
}

/** The applicant of a case in the registry; null while the case is a draft, for then there is nothing to read for. Throws NOT_IN_REGISTRY, AMBIGUOUS_PERSON, and as the registry does. */
export async function showApplicant(hub: Hub, atHand: CaseAtHand, fields: readonly string[]): Promise<object | null> {
  const purpose = purposeOf(atHand);
  if (!purpose) return null;
  if (atHand.fiscalCode === null) throw problem("NOT_IN_REGISTRY");
  return byFiscalCode(hub, atHand.fiscalCode, purpose, fields);
}

/** Somebody whom a case is about. Throws as `showApplicant`, and INVALID_INPUT when too little is said. */
export async function lookUpPerson(hub: Hub, atHand: CaseAtHand, input: LookUpPersonInput, fields: readonly string[]): Promise<object | null> {
  const purpose = purposeOf(atHand);
  if (!purpose) return null;
  if (input.fiscalCode) return byFiscalCode(hub, input.fiscalCode, purpose, fields);
  const read = hub.registry.search(hub, searchOf(input), dataSetsOf(fields), purpose);
  return clear(showing(read, answer => {
    const [person, ...others] = found(answer);
    if (others.length > 0) throw problem("AMBIGUOUS_PERSON", { details: { hits: others.length + 1 } });
    return shownPerson(answer, person!);
  }));
}

const byFiscalCode = (hub: Hub, fiscalCode: string, purpose: Purpose, fields: readonly string[]): Promise<object> =>
  clear(showing(hub.registry.person(hub, fiscalCode, dataSetsOf(fields), purpose), answer => shownPerson(answer, found(answer))));

/** Says in the graph's words that the registry found several. */
async function clear(shown: Promise<object>): Promise<object> {
  try {
    return await shown;
  } catch (error) {
    if (error instanceof SourceRefused && error.reason === "AMBIGUOUS") throw problem("AMBIGUOUS_PERSON", { details: { hits: error.options.details?.["hits"] ?? null } });
    throw error;
  }
}

const purposeOf = ({ office, protocol }: CaseAtHand): Purpose | null =>
  protocol === null ? null : { kind: "APPLICATION", reference: protocol, text: "Istruttoria della pratica", office };

function searchOf({ familyName, givenName, sex, birthDate }: LookUpPersonInput): PersonSearch {
  const said = { familyName: familyName?.trim(), givenName: givenName?.trim(), birthDate };
  const missing = Object.entries(said).find(([, value]) => !value)?.[0];
  if (missing) throw problem("INVALID_INPUT", { path: ["input", missing], reason: "EMPTY" });
  return { familyName: said.familyName!, givenName: said.givenName!, birth: { date: birthDate! }, ...(sex ? { sex } : {}) };
}
