import { Administration } from "../../../entities/administration.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { followEvents } from "../../../operations/event/follow.ts";
import type { JobHub } from "../../../operations/job.ts";
import { messages } from "../../../operations/message/queue-messages.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { openJobs } from "../../../server/jobs.ts";

/** Makes messages from the events of a database, again and again, until it is killed. */
const [url] = process.argv.slice(2) as [string];
const orm = await openOrm({ url, poolSize: 2, statementTimeoutMs: 10_000 });
const administration = await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" });
const jobs = openJobs({ url, paceSeconds: 600, log: silentLog });
await jobs.start([], signal => ({ signal }) as JobHub);
process.stdout.write("ready\n");
for (;;) {
  const hub: Partial<JobHub> = { em: orm.em.fork(), administration: { ...administration }, clock: systemClock, jobs };
  await followEvents(hub as JobHub, [messages]);
}
