import { join } from "node:path";
import type { FastifyRequest } from "fastify";
import { deliver } from "../deliver.ts";
import type { Simulator } from "../world.ts";
import { openAuthority } from "./authority.ts";
import { type GateFaultKind, gateFaults } from "./faults.ts";
import { faultAnswer } from "./messages.ts";
import type { Operation } from "./request-schema.ts";
import { RegistryService } from "./service.ts";
import { listenForCertificates, peerOf } from "./tls.ts";

/** Where the services live, and which of their operations the body of a message asks for. */
const services: Readonly<Record<string, (body: unknown) => Operation>> = {
  "/ANPR3000ServiziConsultazione/AnprService3000": () => "3002",
  "/ANPR6001ServizioCertificazione/AnprService6001": () => "6001",
  "/ANPR7001ServizioScaricoTabelle/AnprService7001": () => "7001",
  "/anpr-wsP000/AnprServiceP000": body => (Buffer.isBuffer(body) && body.includes("RichiestaP002") ? "P002" : "P001"),
  "/ANPRTestConn/TestConn": () => "testConnessione",
};

/**
 * The national residents' registry (ANPR) as municipalities reach it over SOAP 1.1: operations 3002 (person, family,
 * community), 6001 (certificates), 7001 (tables of codes), P001 and P002 (citizens' online declarations) and
 * testConnessione. What does not pass its gate gets one of three SOAP faults and no reason; the reason is in the
 * sandbox's log. Operators enabled: `USERSFREETESTnnn`, and by fiscal code whoever lives in the sandbox and can log in.
 * Scripted `refuse` takes a code of the registry, or `policy`, `internal`, `invalid` for the gate's faults.
 */
export const anpr: Simulator = {
  name: "anpr",
  async register(app, world) {
    const folder = join(world.dataDir, "anpr");
    const service = new RegistryService(world, await openAuthority(folder, world.clock.now()));
    app.addContentTypeParser(["text/xml", "application/xml"], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const [path, operationOf] of Object.entries(services)) {
      app.post(path, async (request: FastifyRequest, reply) => {
        const operation = operationOf(request.body);
        const fault = world.faults.take("anpr", operation);
        const answer = fault?.kind === "refuse" && isGateFault(fault.code) ? faultAnswer(fault.code) : service.answer(operation, request.body, fault, peerOf(request.raw.socket));
        return deliver(reply, fault, answer);
      });
    }
    if (world.registryTlsPort !== undefined) await listenForCertificates(app, { folder, port: world.registryTlsPort, now: world.clock.now() });
  },
};

const isGateFault = (code: string | undefined): code is GateFaultKind => code !== undefined && code in gateFaults;
