import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { id, instant } from "./common.ts";
import { Session } from "./session.ts";

/** By what right somebody acts for another: as the parent of a minor of the household. */
export const DelegationKind = { PARENT: "PARENT" } as const;
export type DelegationKind = keyof typeof DelegationKind;

const DelegationSchema = defineEntity({
  name: "Delegation",
  indexes: [{ properties: ["session"] }, { properties: ["actor"] }, { properties: ["subject"] }, { properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** In which sign-in; null once that has been forgotten. */
    session: () => p.manyToOne(Session).nullable().deleteRule("set null"),
    /** Who acts. */
    actor: () => p.manyToOne(Citizen),
    /** For whom. */
    subject: () => p.manyToOne(Citizen),
    kind: p.enum(() => DelegationKind),
    /** The subject's name as the registry told it, for greeting and for the protocol. */
    givenName: p.text(),
    familyName: p.text(),
    startedAt: instant(),
    endedAt: instant().nullable(),
  },
});

/** Somebody acts for another, from then until then, in one sign-in. */
export class Delegation extends DelegationSchema.class {}
DelegationSchema.setClass(Delegation);
