import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { instant } from "./common.ts";
import { Session } from "./session.ts";

const OidcArtifactSchema = defineEntity({
  name: "OidcArtifact",
  indexes: [{ properties: ["administration"] }, { properties: ["session"] }, { properties: ["grantId"] }, { properties: ["uid"] }, { properties: ["expiresAt"] }],
  properties: {
    /** SHA-256 of the kind and the secret that its holder shows: whoever reads the table cannot become anybody. */
    id: p.text().primary(),
    administration: () => p.manyToOne(Administration),
    /** `AccessToken`, `RefreshToken`, `AuthorizationCode`, `Grant`, `Session`, `Interaction`, …: the provider's own names. */
    kind: p.text(),
    /** What the provider remembers of it, without the secret. */
    payload: p.json<Record<string, unknown>>(),
    /** The sign-in on which it rests: when that ends, it ends. */
    session: () => p.manyToOne(Session).nullable().deleteRule("cascade"),
    grantId: p.text().nullable(),
    uid: p.text().nullable(),
    expiresAt: instant(),
    /** When it was used up, for what is good once. */
    consumedAt: instant().nullable(),
  },
});

/** Something that the OpenID Provider must know again: a token, a code, a sign-in under way. */
export class OidcArtifact extends OidcArtifactSchema.class {}
OidcArtifactSchema.setClass(OidcArtifact);
