import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";

const LoginRequestSchema = defineEntity({
  name: "LoginRequest",
  indexes: [{ properties: ["administration"] }, { properties: ["expiresAt"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** ID of the AuthnRequest: answered once, by the browser that began it. */
    requestId: p.text().unique(),
    issuedAt: instant(),
    /** The AuthnRequest as it was sent, for the register: it says nothing about the person. */
    message: p.text(),
    provider: p.text(),
    /** `spid` or `cie`. */
    scheme: p.text(),
    level: p.integer(),
    attributeSet: p.integer(),
    /** Hashes of the two secrets that bind the answer to the browser: in the cookie and in the RelayState. */
    browserHash: p.text(),
    relayHash: p.text(),
    returnTo: p.text(),
    /** True when the person comes to work for the administration. */
    staff: p.boolean(),
    expiresAt: instant(),
    consumedAt: instant().nullable(),
  },
});

/** A sign-in under way, from our request to the one response it accepts. */
export class LoginRequest extends LoginRequestSchema.class {}
LoginRequestSchema.setClass(LoginRequest);
