import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** Tells, when asked, what is really in use. */
process.on("message", () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.send!({ live: (heapUsed + external) / 1_024 });
});
process.send!({ ready: true });
