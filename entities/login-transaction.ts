import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";

const LoginTransactionSchema = defineEntity({
  name: "LoginTransaction",
  indexes: [{ properties: ["administration"] }, { properties: ["responseId"] }, { properties: ["assertionId"] }, { properties: ["keepUntil"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** `spid` or `cie`, and the entity ID of the identity provider that was asked. */
    scheme: p.text(),
    provider: p.text(),
    /** ID of the AuthnRequest. */
    requestId: p.text().unique(),
    requestedAt: instant(),
    answeredAt: instant(),
    /** `OPENED` when the answer opened a session; otherwise the check that it did not pass, or why the person was not let in. */
    outcome: p.text(),
    /** IDs of the Response and its Assertion; null when a check refused the answer, for then nothing in it is proved. */
    responseId: p.text().nullable(),
    assertionId: p.text().nullable(),
    /** Until when the law wants it kept; the database refuses to delete it before. */
    keepUntil: instant(),
    /** Which key sealed the messages. */
    keyId: p.text(),
    /** Both messages and the name of the person in them, encrypted: see `operations/session/register.ts`. */
    sealed: p.blob(),
  },
});

/** A sign-in for the register: what was asked of an identity provider and what it answered. Written once, never changed. */
export class LoginTransaction extends LoginTransactionSchema.class {}
LoginTransactionSchema.setClass(LoginTransaction);

const RegisterExportSchema = defineEntity({
  name: "RegisterExport",
  indexes: [{ properties: ["administration"] }, { properties: ["transactionId"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    transactionId: p.uuid(),
    /** The account of the system that ran the export. */
    exportedBy: p.text(),
    /** The order of the authority that asked, as it was given. */
    reason: p.text(),
    at: instant(),
  },
});

/** Somebody took a transaction out of the register. Append-only. */
export class RegisterExport extends RegisterExportSchema.class {}
RegisterExportSchema.setClass(RegisterExport);
