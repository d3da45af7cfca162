import { createServer } from "node:net";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import formbody from "@fastify/formbody";
import Fastify from "fastify";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { type Log, silentLog } from "../kernel/log.ts";
import { registerControl } from "./control.ts";
import { Faults } from "./faults.ts";
import { simulators as allSimulators } from "./index.ts";
import { makePeople } from "./people/index.ts";
import type { Simulator, World } from "./world.ts";

export interface SandboxOptions {
  /** TCP port on localhost; 0 takes a free one. */
  readonly port: number;
  /** Where the hub listens, e.g. `http://localhost:4000`. */
  readonly hubUrl: string;
  /** Folder for the keys and metadata of the sandbox; made when missing. */
  readonly dataDir: string;
  /** TCP port on localhost on which the registry asks for the municipality's certificate; without it, it does so nowhere. */
  readonly registryTlsPort?: number;
  /** TCP port on localhost on which mails are taken; without it, nowhere. */
  readonly smtpPort?: number;
  readonly clock?: Clock;
  readonly log?: Log;
  /** The outside systems to play; without it, all of them. */
  readonly simulators?: readonly Simulator[];
}

export interface Sandbox {
  /** E.g. `http://localhost:4100`. */
  readonly url: string;
  readonly world: World;
  /** Ends every connection, open or hung, and stops listening. */
  close(): Promise<void>;
}

/** Starts the outside world on loopback. Throws when the port is taken or the data folder cannot be written. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  // Simulators publish their own address in metadata, so it must be known before they register.
  const port = options.port === 0 ? await freePort() : options.port;
  const world: World = {
    people: makePeople(),
    faults: new Faults(),
    sandboxUrl: `http://localhost:${port}`,
    hubUrl: options.hubUrl,
    dataDir: resolve(options.dataDir),
    ...(options.registryTlsPort === undefined ? {} : { registryTlsPort: options.registryTlsPort }),
    ...(options.smtpPort === undefined ? {} : { smtpPort: options.smtpPort }),
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
  };
  await mkdir(world.dataDir, { recursive: true });
  const simulators = options.simulators ?? allSimulators;
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  app.setErrorHandler(async (error, _request, reply) => {
    const status = error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
    if (status >= 500) world.log.error({ err: error }, "a simulator failed");
    return reply.code(status).send({ error: status >= 500 ? "the simulator failed: see the log of the sandbox" : "the request cannot be read" });
  });
  await app.register(formbody);
  registerControl(app, world, simulators);
  for (const simulator of simulators) await app.register(async scope => simulator.register(scope, world));
  await app.listen({ host: "localhost", port });
  return { url: world.sandboxUrl, world, close: () => app.close() };
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((done, fail) => probe.once("listening", done).once("error", fail));
  const address = probe.address();
  await new Promise(done => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no free TCP port on 127.0.0.1");
  return address.port;
}
