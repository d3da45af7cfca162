import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { SignJWT } from "jose";
import { z } from "zod";
import type { Simulator } from "../world.ts";
import { openKey } from "./key.ts";

const tokenRequest = z.strictObject({
  client_id: z.string().regex(/^[\w.:-]{1,100}$/).default("partner-sandbox"),
  scope: z.string().max(500).optional(),
});

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const hubDeadlineMs = 10_000;

/**
 * A fictitious partner administration. `GET /partner/jwks.json` publishes its key (ES256); `POST /partner/token`
 * (optional `client_id`, default `partner-sandbox`, and `scope`, as JSON or form) asks the hub's `/oauth/token` for an
 * access token by client credentials with a signed assertion (private_key_jwt, RFC 7523) and passes on status and body.
 * 502 with a reason when the hub does not answer.
 */
export const partner: Simulator = {
  name: "partner",
  async register(app, world) {
    const key = await openKey(join(world.dataDir, "partner"));
    const tokenEndpoint = `${world.hubUrl}/oauth/token`;

    app.get("/partner/jwks.json", async () => ({ keys: [key.publicJwk] }));

    app.post("/partner/token", async ({ body }, reply) => {
      const asked = tokenRequest.safeParse(body ?? {});
      if (!asked.success) return reply.code(400).send({ error: "invalid_request", error_description: "client_id or scope is not as it must be" });
      const { client_id, scope } = asked.data;
      const now = Math.floor(world.clock.now().getTime() / 1000);
      const assertion = await new SignJWT()
        .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: key.publicJwk.kid! })
        .setIssuer(client_id).setSubject(client_id).setAudience(tokenEndpoint)
        .setJti(randomUUID()).setIssuedAt(now).setExpirationTime(now + 60)
        .sign(key.privateKey);
      const form = new URLSearchParams({ grant_type: "client_credentials", client_id, client_assertion_type: assertionType, client_assertion: assertion, ...(scope !== undefined && { scope }) });
      const answer = await fetch(tokenEndpoint, { method: "POST", body: form, signal: AbortSignal.timeout(hubDeadlineMs) }).catch(() => undefined);
      if (!answer) return reply.code(502).send({ error: "temporarily_unavailable", error_description: `no answer from ${tokenEndpoint}` });
      return reply.code(answer.status).type(answer.headers.get("content-type") ?? "application/json").header("cache-control", "no-store").send(await answer.text());
    });
  },
};
