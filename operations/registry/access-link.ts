import { createHash } from "node:crypto";
import type { AccessActor, PurposeKind, ReadOutcome } from "../../entities/access-record.ts";

/** A read that is about to be made. */
export interface AccessEntry {
  readonly kind: "ACCESS";
  readonly id: string;
  readonly subjectKey: string;
  readonly actor: AccessActor;
  readonly actorKey: string;
  readonly actorName: string;
  readonly source: string;
  readonly dataSets: readonly string[];
  readonly purpose: PurposeKind;
  readonly purposeText: string;
  readonly purposeReference: string;
  /** The number under which the source is asked; made with the link's place in the chain when left out. */
  readonly operationId?: string;
  /** Whether an earlier try of the same, for the same case, gives the number: unless it was answered with a no. */
  readonly again?: boolean;
}

/** What came of a read. */
export interface OutcomeEntry {
  readonly kind: "OUTCOME";
  readonly id: string;
  readonly access: string;
  readonly outcome: ReadOutcome;
}

export type Entry = AccessEntry | OutcomeEntry;

/** An entry in its place. */
export type Link = ((AccessEntry & { readonly operationId: string }) | OutcomeEntry) & {
  readonly administration: string;
  readonly sequence: number;
  readonly at: Date;
  readonly previousHash: string;
  readonly hash: string;
};

/** The hash before the first link of a chain. */
export const chainStart = "0".repeat(64);

/**
 * The hash of a link (SHA-256, hexadecimal): over the values of its row and the hash before it, each written as its
 * length in bytes, a colon and its text, one after the other. No two rows have the same text, and SQL can write it too.
 */
export function hashOf(link: Omit<Link, "hash"> & Entry): string {
  const values = [link.kind, link.id, link.administration, String(link.sequence), link.at.toISOString(), ...valuesOf(link), link.previousHash];
  return createHash("sha256").update(values.map(value => `${Buffer.byteLength(value)}:${value}`).join("")).digest("hex");
}

const valuesOf = (entry: Entry): readonly string[] =>
  entry.kind === "OUTCOME"
    ? [entry.access, entry.outcome]
    : [
        entry.subjectKey, entry.actor, entry.actorKey, entry.actorName, entry.source, entry.dataSets.join(), entry.purpose, entry.purposeText,
        entry.purposeReference, entry.operationId ?? "",
      ];
