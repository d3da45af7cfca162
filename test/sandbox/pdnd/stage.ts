import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createPdnd } from "../../../sandbox/pdnd/index.ts";
import { defaultSettings, type PdndSimulatorSettings } from "../../../sandbox/pdnd/settings.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/server.ts";
import { Consumer } from "./consumer.ts";

/** The simulator alone, a consumer of it, and what its log says. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly consumer: Consumer;
  readonly logged: string[];
  close(): Promise<void>;
}

export async function openStage(changes: Partial<PdndSimulatorSettings> = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "pdnd-sandbox-"));
  const logged: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => { logged.push(line); } });
  const sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:4000", dataDir, log, simulators: [createPdnd(changes)] });
  const consumer = await Consumer.open(sandbox.url, dataDir, defaultSettings.clientId);
  return {
    sandbox, consumer, logged,
    close: async () => {
      await sandbox.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
