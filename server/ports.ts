import { once } from "node:events";
import { createServer } from "node:net";

/** A port that somebody is about to listen on, by the setting that says so; 0: none, or any. */
export interface WantedPort {
  readonly setting: string;
  readonly port: number;
  /** The address, by number or name, and the setting that says so where there is one. */
  readonly host: string;
  readonly hostSetting?: string;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "taken; end what listens there, perhaps another start, or choose another port",
  EACCES: "not for this user; choose one above 1023",
};

/** Throws one error that names every setting whose port cannot be listened on, why, and what to do. Better than to find out with half of everything started. */
export async function assertPorts(wanted: readonly WantedPort[]): Promise<void> {
  const faults = await Promise.all(wanted.filter(({ port }) => port !== 0).map(faultOf));
  const lines = [...new Set(faults.filter(fault => fault !== undefined))];
  if (lines.length > 0) throw new Error(`cannot listen:\n${lines.map(line => `  ${line}`).join("\n")}`);
}

async function faultOf({ setting, port, host, hostSetting }: WantedPort): Promise<string | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch (failure) {
    const { code = "" } = failure as NodeJS.ErrnoException;
    const reason = reasons[code];
    return reason || !hostSetting ? `${setting}=${port}: ${reason ?? code}` : `${hostSetting}=${host}: not an address of this machine (${code})`;
  }
  server.close();
  await once(server, "close");
  return undefined;
}
