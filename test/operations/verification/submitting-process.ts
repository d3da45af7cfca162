import { readFile } from "node:fs/promises";
import { openRegistry } from "../../../connectors/anpr/index.ts";
import type { Connectors } from "../../../connectors/index.ts";
import { Administration } from "../../../entities/administration.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { submitApplication } from "../../../operations/application/submit-application.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { openReads } from "../../../server/database/reads.ts";
import { createHubs, type HubDeps } from "../../../server/hubs.ts";
import { openJobs } from "../../../server/jobs.ts";

/** Somebody's application, handed in by a process of its own, to be killed: told database, registry, its key and certificate, the session and the application. */
const [databaseUrl, registryUrl, key, certificate, session, application] = process.argv.slice(2) as [string, string, string, string, string, string];

const database = { url: databaseUrl, poolSize: 2, statementTimeoutMs: 10_000 };
const orm = await openOrm(database);
const administration = await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" });
const registry = await openRegistry({
  url: registryUrl, environment: "TEST", municipality: administration.istatCode, workstation: "004078-CO-0000", application: "1", operator: "USERSFREETEST078", clientAddress: "127.0.0.1",
  key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8"),
}, { clock: systemClock, log: silentLog });
const jobs = openJobs({ url: databaseUrl, paceSeconds: 5, log: silentLog });
await jobs.start([], () => { throw new Error("this process does no jobs"); });
const hubs = createHubs({
  orm, run: openReads(database).run, connectors: { registry } as unknown as Connectors, jobs, administration, bus: { announce: () => undefined },
  access: { watch: () => () => undefined, close: () => Promise.resolve() }, clock: systemClock, log: silentLog, publicUrl: "http://localhost", secret: "sandbox-only-secret-of-the-demonstration",
} as unknown as HubDeps);
const hub = await hubs.open({ session, address: "127.0.0.1", locale: "it" }, new AbortController().signal);
await submitApplication(hub, { application, idempotencyKey: "killed-in-the-middle" });
process.stdout.write("done\n");
