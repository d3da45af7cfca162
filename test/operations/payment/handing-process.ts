import { openPositionArchive } from "../../../connectors/pagopa/aca.ts";
import { openDebtRegister } from "../../../connectors/pagopa/gpd.ts";
import { Administration } from "../../../entities/administration.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { JobHub } from "../../../operations/job.ts";
import { handOver, handOverWaiting } from "../../../operations/payment/hand-over.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { openJobs } from "../../../server/jobs.ts";

/** Hands the positions that wait in a database to the sandbox's archive or register, until it is killed. */
const [url, sandbox, model, version = "1"] = process.argv.slice(2) as [string, string, "ACA" | "GPD", ("1" | "3")?];
const orm = await openOrm({ url, poolSize: 6, statementTimeoutMs: 10_000 });
const administration = { ...await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" }) };
const deps = { clock: systemClock, log: silentLog };
const positions = model === "ACA"
  ? { model, archive: openPositionArchive({ url: `${sandbox}/aca/v1`, subscriptionKey: "sandbox-aca-key" }, deps) }
  : { model, register: openDebtRegister({ url: `${sandbox}/gpd/debt-positions-service/v${version}`, subscriptionKey: "sandbox-gpd-key", version: version === "1" ? 1 : 3 }, administration.fiscalCode, deps) };
const jobs = openJobs({ url, paceSeconds: 0.5, log: silentLog });
await jobs.start([handOver], signal => {
  const hub: Partial<JobHub> = { ...deps, administration, connectors: { positions } as unknown as JobHub["connectors"], em: orm.em.fork(), jobs, signal };
  return hub as JobHub;
});
await handOverWaiting({ em: orm.em.fork(), jobs, administration });
process.stdout.write("ready\n");
