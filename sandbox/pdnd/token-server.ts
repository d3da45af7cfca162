import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";
import { SignJWT } from "jose";
import { type Answer, deliver } from "../deliver.ts";
import type { World } from "../world.ts";
import { AssertionRefused, readAssertion, refuseState, verifyAssertion, type TokenForm } from "./assertion.ts";
import type { PlatformKeys } from "./keys.ts";
import { type Replenishing } from "./limits.ts";
import { eserviceIdOf, purposeOf, serviceCodes, type PdndSimulatorSettings, type ServiceCode } from "./settings.ts";

/** Who signs vouchers, by the name that they carry. */
export const voucherIssuer = "sandbox.interop.pagopa.it";

const voucherSeconds = 600;

/** What the sandbox's PDND issues vouchers with. */
export interface TokenServer {
  readonly world: World;
  readonly settings: PdndSimulatorSettings;
  readonly keys: PlatformKeys;
  readonly rate: Replenishing;
  /** The name of an e-service in vouchers. */
  readonly audienceOf: (code: ServiceCode) => string;
}

/** Answers a request for a voucher: `token.oauth2`. Whatever is wrong with it, the answer is the same; the log tells. */
export async function issueVoucher(server: TokenServer, form: TokenForm, reply: FastifyReply): Promise<FastifyReply> {
  const { world } = server;
  const fault = world.faults.take("pdnd", "token");
  if (fault?.kind === "refuse") return deliver(reply, fault, refusal(fault.code ?? "0008"));
  try {
    return await deliver(reply, fault, await answer(server, form, reply));
  } catch (error) {
    if (!(error instanceof AssertionRefused)) throw error;
    world.log.warn({ simulator: "pdnd", codes: error.codes }, "no voucher: the assertion was refused");
    return deliver(reply, fault, refusal("0008"));
  }
}

async function answer(server: TokenServer, form: TokenForm, reply: FastifyReply): Promise<Answer> {
  const { world, settings, keys, rate } = server;
  const now = world.clock.now();
  const asked = readAssertion(form, `${new URL(world.sandboxUrl).host}/client-assertion`);
  const service = serviceCodes.find(code => purposeOf(code) === asked.purposeId);
  // What the platform does not know: the client, its key, the purpose, in server codes.
  if (asked.clientId !== settings.clientId || asked.kid !== keys.client.kid || !service) throw new AssertionRefused(["server 0006"]);
  await verifyAssertion(form.client_assertion ?? "", keys.client.publicKey, now);
  if (settings.suspended.includes(service)) refuseState();
  const turn = rate.take(now);
  reply.headers({ "x-rate-limit-limit": String(rate.limit), "x-rate-limit-remaining": String(turn.remaining), "x-rate-limit-interval": String(rate.intervalMs), "cache-control": "no-cache, no-store" });
  if (!turn.allowed) return problem(429, "Too Many Requests", `Rate limit exceeded for organization ${settings.consumerId}`, "007-10004", "Too many requests");
  const issued = Math.floor(now.getTime() / 1000);
  const voucher = await new SignJWT({
    client_id: asked.clientId, purposeId: asked.purposeId, producerId: settings.producerId, consumerId: settings.consumerId,
    eserviceId: eserviceIdOf(service), descriptorId: eserviceIdOf(service), ...(asked.digest ? { digest: asked.digest } : {}),
  })
    .setProtectedHeader({ alg: "RS256", use: "sig", typ: "at+jwt", kid: keys.own.kid })
    .setIssuer(voucherIssuer).setSubject(asked.clientId).setAudience(server.audienceOf(service)).setJti(randomUUID())
    .setIssuedAt(issued).setNotBefore(issued).setExpirationTime(issued + voucherSeconds)
    .sign(keys.own.privateKey);
  return { status: 200, contentType: "application/json; charset=utf-8", body: JSON.stringify({ access_token: voucher, token_type: "Bearer", expires_in: voucherSeconds }) };
}

const refusal = (code: string): Answer =>
  problem(400, "The request contains bad syntax or cannot be fulfilled.", "Bad request", `015-${code}`, "Unable to generate a token for the given request");

const problem = (status: number, title: string, detail: string, code: string, reason: string): Answer => ({
  status,
  contentType: "application/problem+json; charset=utf-8",
  body: JSON.stringify({ title, type: "about:blank", status, detail, errors: [{ code, detail: reason }], correlationId: randomUUID() }),
});
