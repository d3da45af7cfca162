import { z } from "zod";
import { createLog } from "../kernel/log.ts";
import { readSettings } from "../kernel/settings.ts";
import { startSandbox } from "./server.ts";

const settings = readSettings(
  z.object({
    SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4100),
    SANDBOX_REGISTRY_TLS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    SANDBOX_SMTP_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
    HUB_URL: z.url().default("http://localhost:4000"),
    SANDBOX_DATA: z.string().default(".data/sandbox"),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("warn"),
  }),
  process.env,
);

const sandbox = await startSandbox({
  port: settings.SANDBOX_PORT,
  hubUrl: settings.HUB_URL.replace(/\/$/, ""),
  dataDir: settings.SANDBOX_DATA,
  ...(settings.SANDBOX_REGISTRY_TLS_PORT === 0 ? {} : { registryTlsPort: settings.SANDBOX_REGISTRY_TLS_PORT }),
  // Where the hub looks for it, unless told otherwise.
  smtpPort: settings.SANDBOX_SMTP_PORT ?? settings.SANDBOX_PORT + 25,
  log: createLog("sandbox", settings.LOG_LEVEL),
});
console.log(`sandbox ready at ${sandbox.url} (${sandbox.world.people.length} synthetic residents)`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    setTimeout(() => process.exit(1), 1_500).unref();
    void sandbox.close().then(() => process.exit(0));
  });
}
