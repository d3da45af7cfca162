import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";

/** Who read: the person, whoever acts for them, somebody of their household, a member of staff, an office by an automatic check of a case, or a partner. */
export const AccessActor = { SELF: "SELF", DELEGATE: "DELEGATE", HOUSEHOLD: "HOUSEHOLD", STAFF: "STAFF", AUTOMATIC: "AUTOMATIC", PARTNER: "PARTNER" } as const;
export type AccessActor = keyof typeof AccessActor;

/** Why: the person's own request, a case, an appointment, or an agreement. */
export const PurposeKind = { OWN_REQUEST: "OWN_REQUEST", APPLICATION: "APPLICATION", APPOINTMENT: "APPOINTMENT", AGREEMENT: "AGREEMENT" } as const;
export type PurposeKind = keyof typeof PurposeKind;

/** What came of a read. */
export const ReadOutcome = {
  FOUND: "FOUND", NOT_FOUND: "NOT_FOUND", AMBIGUOUS: "AMBIGUOUS", REFUSED: "REFUSED", UNAVAILABLE: "UNAVAILABLE", UNREADABLE: "UNREADABLE",
  CACHED: "CACHED", STALE: "STALE",
} as const;
export type ReadOutcome = keyof typeof ReadOutcome;

/** What every link of an administration's chain has, whichever table keeps it. */
const link = {
  id: id(),
  administration: () => p.manyToOne(Administration),
  /** Place in the chain: the links of an administration, reads and outcomes together, count from 1 without gaps. */
  sequence: p.integer(),
  at: instant(),
  previousHash: p.text(),
  hash: p.text(),
};

const AccessRecordSchema = defineEntity({
  name: "AccessRecord",
  uniques: [{ properties: ["administration", "sequence"] }],
  indexes: [{ properties: ["administration", "subjectKey", "at", "id"] }],
  properties: {
    ...link,
    /** Keyed hash of the fiscal code read about: it finds the person's records and tells nobody else whose they are. Empty while a search has found nobody yet. */
    subjectKey: p.text(),
    actor: p.enum(() => AccessActor),
    /** Who exactly, for those who must answer for it: `staff:…`, `citizen:…`, `partner:…`. Not shown to citizens. */
    actorKey: p.text(),
    /** In words for the citizen: an office and role, a partner's name, or the person. */
    actorName: p.text(),
    source: p.text(),
    dataSets: p.json<string[]>(),
    purpose: p.enum(() => PurposeKind),
    purposeText: p.text(),
    /** Reference of the case, appointment or agreement. */
    purposeReference: p.text(),
    operationId: p.text(),
  },
});

/** One read of somebody's registry data, written before the read leaves. Append-only: the table refuses change, the chain betrays it. */
export class AccessRecord extends AccessRecordSchema.class {}
AccessRecordSchema.setClass(AccessRecord);

const AccessOutcomeSchema = defineEntity({
  name: "AccessOutcome",
  uniques: [{ properties: ["administration", "sequence"] }, { properties: ["access"] }],
  properties: {
    ...link,
    access: () => p.manyToOne(AccessRecord),
    outcome: p.enum(() => ReadOutcome),
  },
});

/** What came of one read: a later link of the same chain, because the record of the read is never changed. */
export class AccessOutcome extends AccessOutcomeSchema.class {}
AccessOutcomeSchema.setClass(AccessOutcome);

const AccessChainSchema = defineEntity({
  name: "AccessChain",
  properties: {
    administration: () => p.manyToOne(Administration).primary(),
    /** Number of links so far. */
    sequence: p.integer(),
    /** Hash of the last one. */
    hash: p.text(),
  },
});

/** Where an administration's chain ends now: the row that whoever appends locks. It only grows. */
export class AccessChain extends AccessChainSchema.class {}
AccessChainSchema.setClass(AccessChain);
