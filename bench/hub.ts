import { systemClock } from "../kernel/clock.ts";
import { createLog } from "../kernel/log.ts";
import { startApp } from "../server/app.ts";
import { openOrm } from "../server/database/orm.ts";
import { settingsOf } from "../server/settings.ts";

/** The hub as `npm start` runs it, without the sandbox: what is measured is read from the database alone. */
const settings = settingsOf(process.env);
const databaseUrl = settings.DATABASE_URL!;
const orm = await openOrm({ url: databaseUrl, poolSize: 2, statementTimeoutMs: 60_000 });
await orm.migrator.up();
await orm.close(true);
await startApp(settings, { databaseUrl, clock: systemClock, log: createLog("hub", settings.LOG_LEVEL) });
process.send!({ ready: true });
