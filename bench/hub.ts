import { systemClock } from "../kernel/clock.ts";
import { createLog } from "../kernel/log.ts";
import { startApp } from "../server/app.ts";
import { migrate } from "../server/database/migrate.ts";
import { settingsOf } from "../server/settings.ts";

/** The hub as `npm start` runs it, without the sandbox: what is measured is read from the database alone. */
const settings = settingsOf(process.env);
const databaseUrl = settings.DATABASE_URL!;
await migrate(databaseUrl);
await startApp(settings, { databaseUrl, clock: systemClock, log: createLog("hub", settings.LOG_LEVEL) });
process.send!({ ready: true });
