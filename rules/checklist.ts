/** When something applies: always, only in a named situation, or except in one. */
export type Condition = "ALWAYS" | { readonly when: string } | { readonly unless: string };

/** A document that a service asks for, as the catalogue describes it. */
export interface DocumentRule {
  readonly code: string;
  readonly title: string;
  readonly needed: Condition;
  /** The public archive that has the fact already, except in the situation named by `unless`. */
  readonly heldBy: { readonly archive: string; readonly unless: string | null } | null;
}

/** A document that the citizen gave before and that the hub may use again, with the day it came. */
export interface KeptDocument { readonly code: string; readonly receivedOn: string }

export type ChecklistReason =
  | { readonly code: "NEEDED" }
  | { readonly code: "NEEDED_IN_SITUATION"; readonly situation: string }
  | { readonly code: "HELD_BY_ARCHIVE"; readonly archive: string; readonly source: string }
  | { readonly code: "GIVEN_BEFORE"; readonly receivedOn: string; readonly source: string }
  /** Not needed: it belongs to a situation that does not apply, or is spared by one that does. */
  | { readonly code: "NOT_IN_SITUATION"; readonly situation: string };

export interface ChecklistItem<Document extends DocumentRule = DocumentRule> {
  readonly document: Document;
  readonly bring: boolean;
  readonly reason: ChecklistReason;
}

/**
 * What to bring for a service, document by document and in the catalogue's order, with the reason of each.
 *
 * What an administration holds is never asked of the citizen (D.P.R. 445/2000, art. 43), whether or not its archive
 * answers today; what was given before is not asked again (PNRR 1.4.1, C.SE.1.5). `situations` are those of the
 * service that apply; one that the service does not name changes nothing.
 */
export function checklist<Document extends DocumentRule>(
  documents: readonly Document[],
  situations: ReadonlySet<string>,
  kept: readonly KeptDocument[] = [],
): ChecklistItem<Document>[] {
  return documents.map(document => {
    const reason = reasonFor(document, situations, kept.find(({ code }) => code === document.code));
    return { document, bring: reason.code === "NEEDED" || reason.code === "NEEDED_IN_SITUATION", reason };
  });
}

/** Whether a condition holds in the given situations. */
export function holds(condition: Condition, situations: ReadonlySet<string>): boolean {
  if (condition === "ALWAYS") return true;
  return "when" in condition ? situations.has(condition.when) : !situations.has(condition.unless);
}

function reasonFor({ needed, heldBy }: DocumentRule, situations: ReadonlySet<string>, kept: KeptDocument | undefined): ChecklistReason {
  if (needed !== "ALWAYS" && !holds(needed, situations)) {
    return { code: "NOT_IN_SITUATION", situation: "when" in needed ? needed.when : needed.unless };
  }
  if (heldBy !== null && (heldBy.unless === null || !situations.has(heldBy.unless))) {
    return { code: "HELD_BY_ARCHIVE", archive: heldBy.archive, source: "D.P.R. 445/2000, art. 43" };
  }
  if (kept !== undefined) return { code: "GIVEN_BEFORE", receivedOn: kept.receivedOn, source: "PNRR 1.4.1, C.SE.1.5" };
  return needed !== "ALWAYS" && "when" in needed ? { code: "NEEDED_IN_SITUATION", situation: needed.when } : { code: "NEEDED" };
}
