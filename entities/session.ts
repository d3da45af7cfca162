import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { id, instant } from "./common.ts";
import { AssuranceLevel } from "./service.ts";
import { StaffMember } from "./staff.ts";

const SessionSchema = defineEntity({
  name: "Session",
  indexes: [{ properties: ["citizen"] }, { properties: ["staffMember"] }, { properties: ["administration"] }, { properties: ["endsAt"] }],
  properties: {
    id: id(),
    /** SHA-256 of the cookie's secret: whoever reads the table cannot become anybody. */
    secretHash: p.text().unique(),
    administration: () => p.manyToOne(Administration),
    citizen: () => p.manyToOne(Citizen),
    /** Set when the person is also staff and came to work. */
    staffMember: () => p.manyToOne(StaffMember).nullable(),
    assurance: p.enum(() => AssuranceLevel),
    /** Name as the identity provider attested it, for greeting and for the protocol. */
    givenName: p.text(),
    familyName: p.text(),
    createdAt: instant(),
    seenAt: instant(),
    /** Absolute end, whatever is done meanwhile. */
    endsAt: instant(),
    endedAt: instant().nullable(),
    /** For single logout: what the provider called this person and session. */
    provider: p.text(),
    nameId: p.text(),
    sessionIndex: p.text().nullable(),
  },
});

/** Somebody signed in, in one browser. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
