import type { AccessActor, ReadOutcome } from "../../entities/access-record.ts";
import type { DelegationKind } from "../../entities/delegation.ts";
import { SourceMalformed, SourceRefused } from "../../connectors/upstream.ts";
import { newId } from "../../kernel/ids.ts";
import { staffTitle } from "../titles.ts";
import type { AccessEntry, OutcomeEntry } from "./access-link.ts";
import type { Purpose } from "./purpose.ts";
import type { RegistryReader } from "./reader.ts";

export interface Access {
  /** About whom; null while a search has found nobody yet. */
  readonly fiscalCode: string | null;
  readonly dataSets: readonly string[];
  readonly purpose: Purpose;
}

/** The record of a read by the caller, to be appended before the read is made. */
export const accessEntry = (hub: RegistryReader, { fiscalCode, dataSets, purpose }: Access, actor = actorOf(hub, purpose)): AccessEntry => ({
  kind: "ACCESS", id: newId(), subjectKey: fiscalCode === null ? "" : hub.pseudonym(fiscalCode), ...actor, actorKey: hub.caller.key, source: "ANPR",
  dataSets: [...dataSets], purpose: purpose.kind, purposeText: purpose.text, purposeReference: purpose.reference,
});

/**
 * The records about people whom an answer names beside the one that was asked about: they are known only now. The
 * operation is the one under which they came.
 */
export function alsoRead(hub: RegistryReader, fiscalCodes: readonly string[], { dataSets, purpose }: Access, operationId: string): (AccessEntry | OutcomeEntry)[] {
  const { actor, actorName } = actorOf(hub, purpose);
  const shown = actor === "SELF" || actor === "DELEGATE" ? { actor: "HOUSEHOLD" as const, actorName: "Una persona della tua famiglia" } : { actor, actorName };
  return fiscalCodes.flatMap(fiscalCode => {
    const entry = { ...accessEntry(hub, { fiscalCode, dataSets, purpose }, shown), operationId };
    return [entry, outcomeEntry(entry, "FOUND")];
  });
}

/** What came of a recorded read. */
export const outcomeEntry = ({ id }: { readonly id: string }, outcome: ReadOutcome): OutcomeEntry => ({ kind: "OUTCOME", id: newId(), access: id, outcome });

/** The outcome of a read that threw: whatever is no answer of the registry counts as none. */
export function outcomeOf(error: unknown): ReadOutcome {
  if (error instanceof SourceRefused) return error.reason === "AMBIGUOUS" ? "AMBIGUOUS" : "REFUSED";
  return error instanceof SourceMalformed ? "UNREADABLE" : "UNAVAILABLE";
}

const delegateTitles: Readonly<Record<DelegationKind, string>> = { PARENT: "Un genitore, per tuo conto", COMPANY: "Chi rappresenta l’azienda" };

/** Who reads, as the citizen sees it: of staff the office and their role in it, never the name. */
function actorOf({ caller, administration }: RegistryReader, { office }: Purpose): { readonly actor: AccessActor; readonly actorName: string } {
  if (caller.kind === "automatic") return { actor: "AUTOMATIC", actorName: `${office?.name ?? administration.name}, verifica automatica` };
  if (caller.kind === "partner") return { actor: "PARTNER", actorName: caller.partnerName };
  if (caller.kind === "citizen" && caller.acting) return { actor: "DELEGATE", actorName: delegateTitles[caller.acting.kind] };
  if (caller.kind !== "staff") return { actor: "SELF", actorName: "Tu" };
  return { actor: "STAFF", actorName: staffTitle(caller, office ?? { name: administration.name }) };
}
