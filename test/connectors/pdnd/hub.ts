import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { openPdndRegistry, type PdndSettingsInput, type Verifier } from "../../../connectors/pdnd/index.ts";
import type { Registry } from "../../../connectors/anpr/index.ts";
import type { FinishedCall } from "../../../connectors/upstream.ts";
import { systemClock, type Clock } from "../../../kernel/clock.ts";
import { createPdnd } from "../../../sandbox/pdnd/index.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/server.ts";
import { defaultSettings, purposeOf, serviceCodes, type PdndSimulatorSettings } from "../../../sandbox/pdnd/settings.ts";

/** A hub's registry over PDND, and the sandbox that it asks. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly settings: PdndSettingsInput;
  /** Every line that either side logged. */
  readonly logged: { readonly hub: string[]; readonly sandbox: string[] };
  readonly calls: FinishedCall[];
  open(changes?: Partial<PdndSettingsInput>, clock?: Clock): Promise<Registry & Verifier>;
  /** A question nobody asked before. */
  call(): { readonly operationId: string; readonly reason: string; readonly at: string };
  close(): Promise<void>;
}

export async function openStage(changes: Partial<PdndSimulatorSettings> = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "pdnd-test-"));
  const logged = { hub: [] as string[], sandbox: [] as string[] };
  const logTo = (lines: string[]) => pino({ level: "debug" }, { write: (line: string) => { lines.push(line); } });
  const sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:4000", dataDir, log: logTo(logged.sandbox), simulators: [createPdnd(changes)] });
  const settings: PdndSettingsInput = {
    tokenUrl: `${sandbox.url}/pdnd/token.oauth2`,
    registryUrl: `${sandbox.url}/govway/rest/in/MinInternoPortaANPR-PDND`,
    clientId: defaultSettings.clientId,
    key: await readFile(join(dataDir, "pdnd", "client.key.pem"), "utf8"),
    purposes: Object.fromEntries(serviceCodes.map(code => [code, purposeOf(code)])),
    user: { id: "sportello-hub", location: "sala server" },
    deadlineMs: 60_000, voucherDeadlineMs: 50_000,
  };
  const calls: FinishedCall[] = [];
  let count = 0;
  return {
    sandbox, settings, logged, calls,
    open: (other = {}, clock = systemClock) => openPdndRegistry({ ...settings, ...other }, { clock, log: logTo(logged.hub), onCall: each => calls.push(each) }),
    call: () => ({ operationId: `20261123100000${String((count += 1)).padStart(12, "0")}`, reason: "CUNEO/2026-42", at: "2026-11-23" }),
    close: async () => {
      await sandbox.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
