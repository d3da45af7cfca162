import type { EntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { AdministrationInfo } from "../operations/hub.ts";
import type { Jobs } from "../operations/job.ts";
import { expirePayments } from "../operations/payment/expire-payments.ts";
import { handOverAfter, handOverWaiting } from "../operations/payment/hand-over.ts";
import type { Relay } from "./events/relay.ts";
import { describeFailure } from "./failure.ts";
import type { Chore } from "./upkeep.ts";

interface Deps {
  readonly fork: () => EntityManager;
  readonly jobs: Jobs;
  readonly administration: AdministrationInfo;
  readonly relay: Pick<Relay, "hear">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has pagoPA's register told after each event that closes a position, and gives what is to be done for positions once a day and at each start. */
export function followPositions({ fork, relay, log, ...deps }: Deps): Readonly<Record<"overdue" | "positions", Chore>> {
  relay.hear(event => void handOverAfter({ em: fork(), ...deps }, event).catch((error: unknown) => log.warn({ failure: describeFailure(error) }, "a position waits for its register: its job could not be asked for")));
  return {
    overdue: () => expirePayments({ em: fork(), ...deps }),
    positions: () => handOverWaiting({ em: fork(), ...deps }, deps.administration.id),
  };
}
