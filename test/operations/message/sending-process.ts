import { openCitizenApp } from "../../../connectors/io/index.ts";
import { openPost } from "../../../connectors/mail.ts";
import { Administration } from "../../../entities/administration.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { JobHub } from "../../../operations/job.ts";
import { sendMessage } from "../../../operations/message/send-message.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { openJobs } from "../../../server/jobs.ts";
import { openPress } from "../../../server/press/index.ts";

/** Sends the messages that wait in a database, to the sandbox's App IO and mail server, until it is killed. */
const [url, appUrl, smtpPort] = process.argv.slice(2) as [string, string, string];
const orm = await openOrm({ url, poolSize: 4, statementTimeoutMs: 10_000 });
const administration = { ...await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" }) };
const deps = { clock: systemClock, log: silentLog };
const connectors = {
  app: openCitizenApp({ url: appUrl, subscriptionKey: "sandbox-io-key", organisation: administration.fiscalCode }, deps),
  post: openPost({ url: `smtp://localhost:${smtpPort}`, from: "ente@ente.example", tls: false }, deps),
};
const { print } = openPress();
const jobs = openJobs({ url, paceSeconds: 0.5, log: silentLog });
await jobs.start([sendMessage], signal => {
  const hub: Partial<JobHub> & { readonly connectors: unknown } = { ...deps, administration, connectors: connectors as JobHub["connectors"], em: orm.em.fork(), jobs, print, publicUrl: "https://servizi.comune.example", signal };
  return hub as JobHub;
});
process.stdout.write("ready\n");
