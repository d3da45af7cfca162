import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id } from "./common.ts";
import type { Permission } from "./permission.ts";

/** What a client may ask to know of the person: that they are the same as last time, and who they are. */
export const OidcScope = { openid: "openid", profile: "profile" } as const;
export type OidcScope = keyof typeof OidcScope;

const OidcClientSchema = defineEntity({
  name: "OidcClient",
  uniques: [{ properties: ["clientId"] }],
  indexes: [{ properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    clientId: p.text(),
    /** Name by which people know it. */
    name: p.text(),
    /** SHA-256 of its secret; null for apps and pages in the browser, which can keep none and prove themselves with PKCE alone. */
    secretHash: p.text().nullable(),
    /** Installed on a device: it comes back by an address of its own or by the loopback, and the person is asked each time. */
    native: p.boolean(),
    /** Where answers may go; all on one host. */
    redirectUris: p.json<string[]>(),
    postLogoutRedirectUris: p.json<string[]>(),
    scopes: p.json<OidcScope[]>(),
    /** The most that its users may use of the graph through it. */
    permissions: p.json<Permission[]>(),
    /** Whether it is a tool of the staff: then only they sign in, and otherwise only citizens. */
    staff: p.boolean(),
    /** The folder of registered documents that are all it may send; null where it may send what everybody may. */
    documents: p.text().nullable(),
    active: p.boolean(),
  },
});

/** A portal, an app or a tool that signs people in through the hub and asks the graph on their behalf. */
export class OidcClient extends OidcClientSchema.class {}
OidcClientSchema.setClass(OidcClient);
