import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Reads } from "./database/reads.ts";
import type { Anchor } from "../operations/registry/verify-access-chain.ts";

/** How to read where the chain of accesses ends now; null while it has not begun. */
export type ReadEnd = () => Promise<{ readonly sequence: number; readonly hash: string } | null>;

export interface AnchorOptions {
  readonly readEnd: ReadEnd;
  /** Key of the administration. */
  readonly administration: string;
  /** The file to append to: best on a volume that whoever has the database cannot write. */
  readonly file: string;
  readonly everySeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

const anchorSchema = z.object({ administration: z.uuid(), sequence: z.int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/), at: z.iso.datetime() });

/**
 * Notes where the chain of accesses ends, in a file outside the database and in the log: now, then every so often while
 * it grows, and once more when closed. Whoever changes the tables afterwards cannot change what was noted.
 */
export async function startAnchors({ readEnd, administration, file, everySeconds, clock, log }: AnchorOptions): Promise<{ close(): Promise<void> }> {
  await mkdir(dirname(file), { recursive: true });
  let noted = 0;
  const note = async (): Promise<void> => {
    const end = await readEnd();
    if (!end || end.sequence === noted) return;
    const anchor: Anchor = { administration, ...end, at: clock.now().toISOString() };
    await appendFile(file, `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
    noted = end.sequence;
    log.info({ anchor }, "chain of accesses anchored");
  };
  const noteOrTell = (): Promise<void> => note().catch((error: unknown) => log.error({ failure: (error as Error).name }, "the chain of accesses could not be anchored"));

  let turn = noteOrTell();
  const timer = setInterval(() => { turn = turn.then(noteOrTell); }, everySeconds * 1_000);
  timer.unref();
  await turn;
  return {
    async close() {
      clearInterval(timer);
      await turn;
      await noteOrTell();
    },
  };
}

/** Reads the end of an administration's chain from the database. */
export const endOfAccessChain = ({ run }: Pick<Reads, "run">, administration: string): ReadEnd => async () => {
  const statement = `select json_build_object('sequence', "sequence", 'hash', "hash")::text from "access_chain" where "administration_id" = $1::uuid and "sequence" > 0`;
  const end = await run("end_of_access_chain", statement, [administration], AbortSignal.timeout(5_000));
  return end === null ? null : (JSON.parse(end) as { sequence: number; hash: string });
};

/** The anchors of a file; none when there is no file yet. Throws, naming the line, when one cannot be read: somebody touched it. */
export async function readAnchors(file: string): Promise<readonly Anchor[]> {
  const text = await readFile(file, "utf8").catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === "ENOENT") return "";
    throw failure;
  });
  return text.split("\n").flatMap((line, index) => {
    if (line === "") return [];
    const anchor = anchorSchema.safeParse(parsed(line));
    if (!anchor.success) throw new Error(`${file}: line ${index + 1} is no anchor`);
    return [anchor.data];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
