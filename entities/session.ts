import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { id, instant } from "./common.ts";
import { AssuranceLevel } from "./service.ts";
import { StaffMember } from "./staff.ts";

const SessionSchema = defineEntity({
  name: "Session",
  indexes: [
    { properties: ["citizen"] }, { properties: ["staffMember"] }, { properties: ["administration"] }, { properties: ["endsAt"] },
    { properties: ["nameId"] }, { properties: ["logoutRequestId"] },
  ],
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
    /** What signed in, in two words: browser and system, as the browser says of itself. */
    device: p.text().nullable(),
    /** `spid` or `cie`, and the entity ID of the identity provider. */
    scheme: p.text(),
    provider: p.text(),
    /** For single logout: what the provider called this person, in which domain, and the session that it holds itself. */
    nameId: p.text(),
    nameQualifier: p.text(),
    sessionIndex: p.text().nullable(),
    /** The logout request that the provider has not answered yet, and where to go once it has. */
    logoutRequestId: p.text().nullable(),
    logoutReturnTo: p.text().nullable(),
  },
});

/** Somebody signed in, in one browser. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
