import { z } from "zod";
import { OidcScope } from "../../entities/oidc-client.ts";
import { citizenPermissions, permissions, rolePermissions, type Permission } from "../../entities/permission.ts";

const allowedTo: Readonly<Record<"staff" | "citizens", ReadonlySet<Permission>>> = { staff: new Set(Object.values(rolePermissions).flat()), citizens: new Set(citizenPermissions) };

/**
 * A client as it is registered: what an administration writes into a file. Refuses what would be no use or no good: addresses
 * that are not https (but for the loopback, and schemes of its own of an app on a device), on several hosts, or with a
 * fragment (RFC 6749, 3.1.2; RFC 8252, 7); permissions that none of its users has.
 */
export const registration = z.strictObject({
  clientId: z.string().regex(/^[a-z0-9][a-z0-9-]{2,62}$/, "3 to 63 small letters, digits and hyphens"),
  /** Name by which people know it. */
  name: z.string().trim().min(1).max(100),
  /** Whether it can keep a secret: a portal's server can, a page in the browser and an app on a device cannot. */
  kind: z.enum(["confidential", "browser", "native"]),
  redirectUris: z.array(z.url()).min(1).max(20),
  postLogoutRedirectUris: z.array(z.url()).max(20).default([]),
  scopes: z.array(z.enum(OidcScope)).min(1).default(["openid"]),
  /** The most that its users may use of the graph through it. */
  permissions: z.array(z.enum(permissions)).min(1),
  /** A tool of the staff: then only they sign in. */
  staff: z.boolean().default(false),
  /** The folder of registered documents that are all it may send; null where it may send what everybody may. */
  documents: z.string().regex(/^[\w-]+$/).nullable().default(null),
  active: z.boolean().default(true),
}).superRefine((client, context) => {
  const wrong = (path: keyof typeof client, message: string): void => context.addIssue({ code: "custom", path: [path], message });
  for (const path of ["redirectUris", "postLogoutRedirectUris"] as const) {
    for (const uri of client[path]) if (!isReturnAddress(new URL(uri), client.kind === "native")) wrong(path, `${uri}: https, or the loopback${client.kind === "native" ? ", or a scheme of its own such as it.example.app:/callback" : ""}, without a fragment`);
  }
  if (new Set(client.redirectUris.map(uri => new URL(uri).hostname)).size > 1) wrong("redirectUris", "on one host all of them: people are known to a client by its host");
  if (!client.scopes.includes("openid")) wrong("scopes", "openid is always among them");
  const foreign = client.permissions.filter(permission => !allowedTo[client.staff ? "staff" : "citizens"].has(permission));
  if (foreign.length > 0) wrong("permissions", `${foreign.join(", ")}: no ${client.staff ? "member of staff" : "citizen"} has this`);
});

export type Registration = z.infer<typeof registration>;

function isReturnAddress({ protocol, hostname, hash, username }: URL, native: boolean): boolean {
  if (hash !== "" || username !== "") return false;
  if (protocol === "https:") return true;
  if (protocol === "http:") return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  // RFC 8252, 7.1: a name in reverse, so that nobody else's app listens to it.
  return native && protocol.includes(".");
}
