import { setTimeout as sleep } from "node:timers/promises";
import { type Arrived, keepPlain, keepReceipt, keepTogether, type Found, type Keeping, type Kept, type ReceiptFacts } from "./keep-receipt.ts";

/** Keeps a receipt that came at `at`, once, and says what it meant. Throws when it could not be kept: then nothing is. */
export type KeepReceipt = (facts: ReceiptFacts, at: Date) => Promise<Kept>;

interface Waiting extends Arrived {
  readonly resolve: (kept: Kept) => void;
  readonly reject: (reason: unknown) => void;
}

/** How many statements are under way at once while others wait: one is worked on while another is answered. */
const lanes = 2;

/** How long a statement is waited for, in milliseconds. One that takes longer, for somebody has locked what it is about, holds up only those that came with it. */
const patienceMs = 50;

/** The most receipts that one statement keeps. */
const most = 32;

/**
 * Keeps together the receipts that come together: those that come while statements are under way wait for the next, for
 * most of what a receipt costs is the statement, whose size matters less. Each is answered only when it is committed, and
 * as if it had come alone: one that the database refuses, or that must be alone, is kept on its own, and so are others with
 * the identifier or notice of one of them: whoever is first, the database knows.
 */
export function gatherReceipts(parts: Keeping): KeepReceipt {
  let waiting: Waiting[] = [];
  let running = 0;

  const next = (): void => {
    if (running >= lanes || waiting.length === 0) return;
    const { batch, clashing, rest } = divide(waiting);
    waiting = rest;
    for (const each of clashing) void keepAlone(parts, each);
    running += 1;
    void Promise.race([keepBatch(parts, batch), sleep(patienceMs, undefined, { ref: false })]).then(() => {
      running -= 1;
      next();
    });
    next();
  };
  return (facts, at) => new Promise((resolve, reject) => {
    waiting.push({ facts, at, resolve, reject });
    // What was read together comes together.
    setImmediate(next);
  });
}

type Keep = typeof keepPlain;

/** Keeps a batch, and settles each of it: what is nothing special first, the rest together where it may be, and on its own. Never throws. */
async function keepBatch(parts: Keeping, batch: readonly Waiting[]): Promise<void> {
  let left = await keepWhatMayBe(parts, batch, keepPlain);
  if (left.length > 1) left = await keepWhatMayBe(parts, left, keepTogether);
  await Promise.all(left.map(each => keepAlone(parts, each)));
}

/** Keeps of a batch what one statement may keep, and says what is left: all of it, if the database refused the statement. */
async function keepWhatMayBe({ change, administration }: Keeping, batch: readonly Waiting[], keep: Keep): Promise<readonly Waiting[]> {
  try {
    const found = await keep(change, administration, batch);
    return batch.filter(({ resolve }, place) => {
      const kept = found[place];
      if (isKept(kept)) resolve(kept);
      return !isKept(kept);
    });
  } catch (error) {
    if (isRefused(error)) return batch;
    // Whether it was committed when a connection is lost, nobody knows: the node asks again, and only then is it a duplicate.
    for (const { reject } of batch) reject(error);
    return [];
  }
}

const keepAlone = (parts: Keeping, { facts, at, resolve, reject }: Waiting): Promise<void> => keepReceipt(parts, facts, at).then(resolve, reject);

const isKept = (found: Found | undefined): found is Kept => typeof found?.id === "string";

/** Whether the database refused a statement, of which therefore nothing stands: for its values, for somebody else's rows or locks, or because it took too long. */
const isRefused = (error: unknown): boolean => /^(?:22|23|40|55)|^57014$/.test(String((error as { code?: unknown }).code));

/** Those that are kept together, in the order in which they came; those with the identifier or notice of one of them; and the rest. */
function divide(waiting: readonly Waiting[]): Readonly<Record<"batch" | "clashing" | "rest", Waiting[]>> {
  const divided = { batch: [] as Waiting[], clashing: [] as Waiting[], rest: [] as Waiting[] };
  const taken = new Set<string>();
  for (const each of waiting) {
    const keys = [`receipt ${each.facts.receiptId}`, `notice ${each.facts.noticeNumber}`];
    const clashes = keys.some(key => taken.has(key));
    divided[clashes ? "clashing" : divided.batch.length < most ? "batch" : "rest"].push(each);
    for (const key of keys) taken.add(key);
  }
  return divided;
}
