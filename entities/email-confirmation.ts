import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { id, instant } from "./common.ts";

const EmailConfirmationSchema = defineEntity({
  name: "EmailConfirmation",
  uniques: [{ properties: ["citizen"] }],
  indexes: [{ properties: ["administration"] }, { properties: ["expiresAt"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    citizen: () => p.manyToOne(Citizen),
    /** The address to be confirmed; another one in the contacts meanwhile, and the link confirms nothing. */
    email: p.text(),
    /** SHA-256 of the secret in the last link that was sent, base64url; null before the first. */
    secretHash: p.text().nullable(),
    requestedAt: instant(),
    sentAt: instant().nullable(),
    expiresAt: instant(),
  },
});

/** An e-mail address waits for its owner to say that it is theirs. One for each citizen; it goes when it was used or grew old. */
export class EmailConfirmation extends EmailConfirmationSchema.class {}
EmailConfirmationSchema.setClass(EmailConfirmation);
