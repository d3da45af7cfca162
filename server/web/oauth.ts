import type { MikroORM } from "@mikro-orm/postgresql";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { acceptAssertion, findGrant } from "../../operations/partner/grant.ts";
import type { AdministrationInfo } from "../../operations/hub.ts";
import { verifyAssertion, type Tokens } from "../tokens.ts";

const request = z.object({
  grant_type: z.literal("client_credentials"),
  client_id: z.string().min(1).max(200),
  client_assertion_type: z.literal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
  client_assertion: z.string().min(1).max(8_000),
  /** Reference of the agreement, where the partner has more than one. */
  scope: z.string().max(200).optional(),
});

export interface OauthDeps {
  readonly orm: MikroORM;
  readonly tokens: Tokens;
  readonly administration: AdministrationInfo;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tokens for partners: client credentials with a signed assertion (RFC 6749 4.4, RFC 7523), and the keys to verify them. */
export function registerOauth(app: FastifyInstance, { orm, tokens, administration, publicUrl, clock, log }: OauthDeps): void {
  app.get("/.well-known/jwks.json", async (_request, reply) => reply.header("cache-control", "public, max-age=300").send(tokens.jwks));

  app.post("/oauth/token", async ({ body, id }, reply) => {
    void reply.header("cache-control", "no-store");
    const asked = request.safeParse(body);
    const { grant_type: grantType } = (body ?? {}) as { readonly grant_type?: unknown };
    if (typeof grantType === "string" && grantType !== "client_credentials") return reply.status(400).send({ error: "unsupported_grant_type", error_description: "grant_type: client_credentials alone" });
    if (!asked.success) return reply.status(400).send({ error: "invalid_request", error_description: `fields at fault: ${asked.error.issues.map(({ path }) => path.join(".")).join(", ")}` });
    const { client_id: clientId, client_assertion: assertion, scope } = asked.data;
    const refuse = (error: "invalid_client" | "invalid_scope", why: string) => {
      log.warn({ requestId: id, why }, "a partner was refused a token");
      return reply.status(error === "invalid_client" ? 401 : 400).send({ error, error_description: why });
    };
    const grant = await findGrant(orm.em.fork(), administration.id, clientId, scope, clock.now());
    if (grant === "NO_CLIENT") return refuse("invalid_client", "unknown client, or one whose access was withdrawn");
    if (grant === "NO_AGREEMENT") return refuse("invalid_scope", "no agreement in force under this reference");
    try {
      const { jti, expiresAt } = await verifyAssertion(assertion, clientId, grant.jwksUri, `${publicUrl}/oauth/token`, clock);
      if (!(await acceptAssertion(orm.em.fork(), administration.id, clientId, jti, expiresAt))) return refuse("invalid_client", "jti: this assertion was used before");
    } catch (error) {
      return refuse("invalid_client", claimAtFault(error));
    }
    const { token, expiresIn } = await tokens.issue(clientId, grant.agreementId);
    return reply.send({ access_token: token, token_type: "Bearer", expires_in: expiresIn, scope: grant.reference });
  });
}

/** Which part of an assertion is wrong, by the standard names; nothing of what stood in it. */
function claimAtFault(error: unknown): string {
  const { code, claim } = error as { code?: string; claim?: string };
  if (claim) return `${claim}: not as expected`;
  return code === "ERR_JWT_EXPIRED" ? "exp: expired" : code === "ERR_JWKS_NO_MATCHING_KEY" ? "kid: no such key" : code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" ? "signature: does not verify" : "assertion: cannot be verified";
}
