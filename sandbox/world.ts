import type { FastifyInstance } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Faults } from "./faults.ts";
import type { Resident } from "./people.ts";

/** What every simulator may use: the same people, the same scripted faults, and addresses. */
export interface World {
  /** The synthetic residents of the municipality: the registry knows them, the identity provider lets them log in. */
  readonly people: readonly Resident[];
  /** What the control endpoint told each simulator to do wrong. */
  readonly faults: Faults;
  /** Where the sandbox listens, e.g. `http://localhost:4100`. */
  readonly sandboxUrl: string;
  /** On which port of localhost the registry is to listen for mutual TLS, too; nowhere when left out. */
  readonly registryTlsPort?: number;
  /** On which port of localhost mails are taken; nowhere when left out. */
  readonly smtpPort?: number;
  /** Where the hub listens, e.g. `http://localhost:4000`. */
  readonly hubUrl: string;
  /** A folder of the sandbox's own, for keys and metadata that it makes at its first start. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** One outside system on loopback. It registers its routes under a prefix of its own. */
export interface Simulator {
  /** The name in control paths and logs: `anpr`, `spid`, `pagopa`. */
  readonly name: string;
  register(app: FastifyInstance, world: World): Promise<void>;
}
