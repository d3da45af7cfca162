import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";

/** Who read: the person, a member of staff, or a partner. */
export const AccessActor = { SELF: "SELF", STAFF: "STAFF", PARTNER: "PARTNER" } as const;
export type AccessActor = keyof typeof AccessActor;

/** Why: the person's own request, a case, an appointment, or an agreement. */
export const PurposeKind = { OWN_REQUEST: "OWN_REQUEST", APPLICATION: "APPLICATION", APPOINTMENT: "APPOINTMENT", AGREEMENT: "AGREEMENT" } as const;
export type PurposeKind = keyof typeof PurposeKind;

const AccessRecordSchema = defineEntity({
  name: "AccessRecord",
  uniques: [{ properties: ["administration", "sequence"] }],
  indexes: [{ properties: ["administration", "subjectKey", "at", "id"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** Place in the chain, from 1 without gaps. */
    sequence: p.integer(),
    at: instant(),
    /** Keyed hash of the fiscal code read about: it finds the person's records and tells nobody else whose they are. */
    subjectKey: p.text(),
    actor: p.enum(() => AccessActor),
    /** In words for the citizen: an office and role, a partner's name, or the person. */
    actorName: p.text(),
    source: p.text(),
    dataSets: p.json<string[]>(),
    purpose: p.enum(() => PurposeKind),
    purposeText: p.text(),
    /** Reference of the case, appointment or agreement. */
    purposeReference: p.text(),
    operationId: p.text(),
    previousHash: p.text(),
    hash: p.text(),
  },
});

/** One read of somebody's registry data, written before the read leaves. Append-only: the table refuses change, the chain betrays it. */
export class AccessRecord extends AccessRecordSchema.class {}
AccessRecordSchema.setClass(AccessRecord);
