import { join } from "node:path";
import { deliver } from "../deliver.ts";
import type { Simulator } from "../world.ts";
import { openAuthority } from "./authority.ts";
import { type GateFaultKind, gateFaults } from "./faults.ts";
import { faultAnswer } from "./messages.ts";
import type { Operation } from "./request-schema.ts";
import { RegistryService } from "./service.ts";

const paths: Record<Operation, string> = { "3002": "/ANPR3000ServiziConsultazione/AnprService3000", testConnessione: "/ANPRTestConn/TestConn" };

/**
 * The national residents' registry (ANPR) as municipalities reach it over SOAP 1.1: operation 3002 (person, family,
 * community) and testConnessione. What does not pass its gate gets one of three SOAP faults and no reason; the reason
 * is in the sandbox's log. Operators enabled: `USERSFREETESTnnn`, and by fiscal code whoever lives in the sandbox and
 * can log in. Scripted `refuse` takes a code of the registry, or `policy`, `internal`, `invalid` for the gate's faults.
 */
export const anpr: Simulator = {
  name: "anpr",
  async register(app, world) {
    const service = new RegistryService(world, await openAuthority(join(world.dataDir, "anpr"), world.clock.now()));
    app.addContentTypeParser(["text/xml", "application/xml"], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const operation of ["3002", "testConnessione"] as const) {
      app.post(paths[operation], async ({ body }, reply) => {
        const fault = world.faults.take("anpr", operation);
        const answer = fault?.kind === "refuse" && isGateFault(fault.code) ? faultAnswer(fault.code) : service.answer(operation, body, fault);
        return deliver(reply, fault, answer);
      });
    }
  },
};

const isGateFault = (code: string | undefined): code is GateFaultKind => code !== undefined && code in gateFaults;
