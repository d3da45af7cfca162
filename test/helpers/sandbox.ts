import type { Clock } from "../../kernel/clock.ts";
import { makePeople } from "../../sandbox/people/index.ts";
import { simulators } from "../../sandbox/index.ts";
import { createPagopa, pagopa } from "../../sandbox/pagopa/index.ts";
import type { Resident } from "../../sandbox/people.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";

const people = makePeople();

/** A test person by username, e.g. `ada.rossi`. */
export function person(username: string): Resident {
  const found = people.find(({ login }) => login?.username === username);
  if (!found) throw new Error(`nobody is called ${username}`);
  return found;
}

/** Everything of the synthetic residents that must never stand in a log or in an answer to somebody else. */
export function personalData(usernames: readonly string[]): string[] {
  return usernames.map(person).flatMap(({ fiscalCode, familyName, login, address }) => [fiscalCode, familyName, login!.email, login!.phone, `${address.street} ${address.number}`]);
}

/** A node that takes a busy machine for no silence. */
const patientNode = createPagopa({ timeouts: { enquiry: 60_000, receipt: 60_000 } });

/** The outside world, in this process: its faults are set through `world.faults`. */
export const startTestSandbox = (port: number, smtpPort: number, hubUrl: string, dataDir: string, clock: Clock): Promise<Sandbox> =>
  startSandbox({ port, smtpPort, hubUrl, dataDir, clock, simulators: simulators.map(simulator => (simulator === pagopa ? patientNode : simulator)) });
