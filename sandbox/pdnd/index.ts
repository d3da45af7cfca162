import { join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Answer, deliver } from "../deliver.ts";
import type { Simulator, World } from "../world.ts";
import { openKeys } from "./keys.ts";
import { Daily, Replenishing } from "./limits.ts";
import { checkRequest, type Provider } from "./modi.ts";
import { challengeFor, isProblemName, problemAnswer, Stopped } from "./problem.ts";
import { RegistryOfPeople } from "./registry.ts";
import { defaultSettings, type PdndSimulatorSettings, type ServiceCode, serviceCodes, services } from "./settings.ts";
import { issueVoucher, type TokenServer } from "./token-server.ts";
import type { TokenForm } from "./assertion.ts";

const gatewayPath = "/govway/rest/in/MinInternoPortaANPR";

interface Route { Params: { place: string; operation: string } }

/**
 * PDND and, behind it, the residents' registry for everybody: `POST /pdnd/token.oauth2` issues vouchers, and under
 * `/govway/rest/in/MinInternoPortaANPR-PDND/<code>-<name>/v1` a ModI gateway guards the registry's e-services. Both
 * check what the real ones check and say no more about it than they do; the reason is in the sandbox's log.
 * `changes` replace the default settings, for tests that cannot use up a day's quota.
 */
export const createPdnd = (changes: Partial<PdndSimulatorSettings> = {}): Simulator => ({
  name: "pdnd",
  async register(app, world) {
    const settings = { ...defaultSettings, ...changes };
    const keys = await openKeys(join(world.dataDir, "pdnd"));
    const audienceOf = (code: ServiceCode) => `${world.sandboxUrl}${gatewayPath}/${code}-${services[code]}/v1`;
    const tokens: TokenServer = { world, settings, keys, audienceOf, rate: new Replenishing(settings.vouchers.limit, settings.vouchers.intervalMs) };
    const gate: Gate = { world, provider: { keys, settings, audienceOf, used: new Map() }, registry: new RegistryOfPeople(world), quota: new Daily(settings.dailyQuota) };
    // What was signed are bytes: nobody may parse them before they are hashed.
    app.removeContentTypeParser("application/json");
    app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

    app.get("/pdnd/.well-known/jwks.json", async () => ({ keys: [{ ...keys.own.publicKey.export({ format: "jwk" }), kid: keys.own.kid, alg: "RS256", use: "sig" }] }));
    app.post("/pdnd/token.oauth2", async ({ body }, reply) => issueVoucher(tokens, (body ?? {}) as TokenForm, reply));
    for (const method of ["GET", "POST"] as const) {
      app.route<Route>({ method, url: `${gatewayPath}-PDND/:place/v1/:operation`, handler: (request, reply) => pass(gate, request, reply) });
    }
    app.all(`${gatewayPath}-PDND/*`, async (_request, reply) => deliver(reply, undefined, problemAnswer("NotFound")));
  },
});

export const pdnd = createPdnd();

interface Gate {
  readonly world: World;
  readonly provider: Provider;
  readonly registry: RegistryOfPeople;
  readonly quota: Daily;
}

async function pass(gate: Gate, request: FastifyRequest<Route>, reply: FastifyReply): Promise<FastifyReply> {
  const { world } = gate;
  const service = serviceCodes.find(code => `${code}-${services[code]}` === request.params.place);
  if (!service) return deliver(reply, undefined, problemAnswer("NotFound"));
  const fault = world.faults.take("pdnd", service);
  try {
    if (fault?.kind === "refuse") return await deliver(reply, fault, isProblemName(fault.code) ? problemAnswer(fault.code) : gate.registry.refuseWith(fault.code ?? "999"));
    return await deliver(reply, fault, await serve(gate, service, request));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    world.log.warn({ simulator: "pdnd", service, problem: error.problem, reason: error.message }, "request stopped at the gateway");
    return deliver(reply.headers(challengeFor(error.problem)), fault, problemAnswer(error.problem, error.told));
  }
}

async function serve({ world, provider, registry, quota }: Gate, service: ServiceCode, { method, params, headers, body }: FastifyRequest<Route>): Promise<Answer> {
  const wanted = params.operation === "anpr-service-e002" ? "POST" : params.operation === "status" ? "GET" : undefined;
  if (wanted !== method) throw new Stopped("UndefinedOperation", `${method} ${params.operation}`);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const now = world.clock.now();
  await checkRequest(provider, { service, headers, body: bytes, now });
  if (!quota.take(service, now)) throw new Stopped("LimitExceeded", "the day's quota is used up");
  if (method === "GET") return { status: 200, contentType: "application/problem+json", body: JSON.stringify({ title: "OK", status: 200 }) };
  return registry.answer(service, parsed(bytes));
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Stopped("InvalidRequestContent", "not JSON");
  }
}
