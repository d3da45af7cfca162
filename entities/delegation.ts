import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { id, instant } from "./common.ts";
import { Representation } from "./representation.ts";
import { Session } from "./session.ts";

/** By what right somebody acts for another: as the parent of a minor of the household, or as a company's verified representative. */
export const DelegationKind = { PARENT: "PARENT", COMPANY: "COMPANY" } as const;
export type DelegationKind = keyof typeof DelegationKind;

const DelegationSchema = defineEntity({
  name: "Delegation",
  indexes: [{ properties: ["session"] }, { properties: ["actor"] }, { properties: ["subject"] }, { properties: ["representation"] }, { properties: ["administration"] }],
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
    /** The verified power on which it rests, for a company. */
    representation: () => p.manyToOne(Representation).nullable(),
    /** The subject's name, for greeting and for the protocol: as the registry told it; of a company its name, as family name. */
    givenName: p.text(),
    familyName: p.text(),
    startedAt: instant(),
    endedAt: instant().nullable(),
    /** When it ends by itself, because the power does. */
    endsAt: instant().nullable(),
  },
});

/** Somebody acts for another, from then until then, in one sign-in. */
export class Delegation extends DelegationSchema.class {}
DelegationSchema.setClass(Delegation);
