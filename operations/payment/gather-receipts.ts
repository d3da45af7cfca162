import { type Arrived, keepReceipt, keepTogether, type Found, type Keeping, type Kept, type ReceiptFacts } from "./keep-receipt.ts";

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
    const leave = once(() => {
      running -= 1;
      next();
    });
    const impatient = setTimeout(leave, patienceMs);
    void keepBatch(parts, batch).finally(() => {
      clearTimeout(impatient);
      leave();
    });
    next();
  };
  return (facts, at) => new Promise((resolve, reject) => {
    waiting.push({ facts, at, resolve, reject });
    // What was read together comes together.
    setImmediate(next);
  });
}

/** Keeps a batch, and settles each of it. Never throws. */
async function keepBatch(parts: Keeping, batch: readonly Waiting[]): Promise<void> {
  if (batch.length === 1) return keepAlone(parts, batch[0]!);
  let found: readonly Found[] = [];
  try {
    found = await keepTogether(parts.change, parts.administration, batch);
  } catch (error) {
    // Whether it was committed when a connection is lost, nobody knows: the node asks again, and only then is it a duplicate.
    if (!isRefused(error)) return batch.forEach(({ reject }) => reject(error));
  }
  await Promise.all(batch.map(async (each, place) => (isKept(found[place]) ? each.resolve(found[place]) : keepAlone(parts, each))));
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

/** Does something the first time only. */
function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
