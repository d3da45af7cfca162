import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { PaymentState } from "../../entities/payment.ts";
import { ReceiptMeaning, type ReceiptSource } from "../../entities/receipt.ts";
import { newId } from "../../kernel/ids.ts";
import type { AdministrationInfo } from "../hub.ts";
import type { RunChange } from "../run-change.ts";
import { handInPaid } from "../application/hand-in-paid.ts";
import type { Registering } from "../application/register.ts";
import type { Owed } from "./amount-due.ts";
import { changeIn } from "./change-in.ts";
import { plainReceiptStatement, receiptStatement } from "./receipt-statement.ts";
import type { BoughtStamp } from "./settle-debt.ts";

/** What a receipt says, and the message that says it. */
export interface ReceiptFacts {
  readonly receiptId: string;
  readonly noticeNumber: string;
  /** Who issued the notice. */
  readonly creditorFiscalCode: string;
  readonly iuv: string;
  readonly amountCents: number;
  /** Whether money moved. */
  readonly paid: boolean;
  readonly pspName: string;
  readonly paymentMethod: string | null;
  readonly paidAt: Date | null;
  /** As it came; of what staff says, nothing. */
  readonly message: Uint8Array;
  readonly source: ReceiptSource;
  /** Why somebody holds it to be paid, and which member of staff; where no receipt says it. */
  readonly because?: { readonly reason: string; readonly memberId?: string };
  /** The digital stamps that it brings. */
  readonly stamps?: readonly BoughtStamp[];
}

/** What became of a receipt. */
export interface Kept {
  readonly id: string;
  /** What it meant; null when it was here before. */
  readonly meaning: ReceiptMeaning | null;
  /** Whether it was known from somebody else, and is now here as the node delivered it. */
  readonly delivered: boolean;
  /** Whether the one that was here before says the same. */
  readonly same: boolean;
  /** The application that the payment hands in, which takes more than this statement. */
  readonly awaiting: string | null;
  /** The position as it stood before; null when the notice is none of ours. */
  readonly position: Position | null;
}

/** A position as it stood. */
type Position = Owed & { readonly state: PaymentState; readonly iuv: string };

/** The same where it may not have been kept: then its id is null. */
export type Found = Omit<Kept, "id"> & { readonly id: string | null };

/** What it takes to keep receipts: on their own each is one statement, unless it hands an application in. */
export interface Keeping extends Registering {
  readonly orm: MikroORM;
  /** Prepared changes, each a transaction of its own. */
  readonly change: RunChange;
}

/** Keeps a receipt, once, and says what it meant. Throws when it could not be kept: then nothing is. */
export const keepReceipt = (parts: Keeping, facts: ReceiptFacts, at = parts.clock.now()): Promise<Kept> => afterOthers(async () => {
  const [kept] = await keepTogether(parts.change, parts.administration, [{ facts, at }]);
  return kept!.awaiting === null ? here(kept!) : parts.orm.em.fork().transactional(em => keepReceiptIn(em as EntityManager, parts, facts, at));
});

/** Keeps a receipt as part of the present transaction of `em`, with the application that it hands in. */
export async function keepReceiptIn(em: EntityManager, parts: Registering, facts: ReceiptFacts, at = parts.clock.now()): Promise<Kept> {
  const [found] = await keepTogether(changeIn(em), parts.administration, [{ facts, at }], true);
  const kept = here(found!);
  if (kept.awaiting !== null && kept.meaning === ReceiptMeaning.SETTLED) await handInPaid(parts, em, kept.awaiting);
  return kept;
}

/** What is there now. Neither new nor known: somebody else kept it while the statement ran, and the next sees it. */
function here({ id, ...found }: Found): Kept {
  if (id === null) throw new OvertakenError();
  return { id, ...found };
}

/** A receipt, and when it came. */
export interface Arrived {
  readonly facts: ReceiptFacts;
  readonly at: Date;
}

/**
 * Keeps receipts together, all or, when it throws, none, and says in their order what became of each; its id is null where it
 * was not kept, for it must be alone (`receipt-statement.ts`) or somebody else kept it meanwhile. No two may have the same
 * identifier or notice. `whole` says that the transaction hands in the applications that are paid first.
 */
export const keepTogether = (change: RunChange, administration: AdministrationInfo, receipts: readonly Arrived[], whole = false): Promise<readonly Found[]> =>
  change("keep_receipts", receiptStatement, [...given(administration, receipts), whole]).then(foundIn);

/** The same by the shorter statement, for whatever comes: the id is null of all but new receipts about which there is nothing special. */
export const keepPlain = (change: RunChange, administration: AdministrationInfo, receipts: readonly Arrived[]): Promise<readonly Found[]> =>
  change("keep_plain_receipts", plainReceiptStatement, given(administration, receipts)).then(foundIn);

/** What the statements are given. */
function given({ fiscalCode, id }: AdministrationInfo, receipts: readonly Arrived[]): unknown[] {
  let from = 1;
  const input = receipts.map(({ facts: { message, because, stamps = [], ...said }, at }, place) => {
    const row = {
      ...said, ...because, stamps: stamps.length > 0 ? stamps : null, place, at, from, bytes: message.length,
      id: newId(), stepId: newId(), lineId: newId(), moveId: newId(), paidId: newId(), startedId: newId(),
    };
    from += message.length;
    return row;
  });
  return [fiscalCode, id, JSON.stringify(input), Buffer.concat(receipts.map(({ facts }) => facts.message))];
}

/** What the statements found: what is known of a position stands beside the rest, and is null where there is none. */
const foundIn = (answer: string | null): readonly Found[] =>
  (JSON.parse(answer!) as readonly (Omit<Found, "position"> & { readonly [Key in keyof Position]: Position[Key] | null })[]).map(({ state, iuv, transfers, dueOn, ...found }) =>
    ({ ...found, position: state === null ? null : { state, iuv, transfers, dueOn } as Position }));

/** Somebody else was first with the same receipt. */
class OvertakenError extends Error {}

/** Does it again when somebody else was first, with the receipt or with a lock: the second time it finds what they did. */
async function afterOthers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OvertakenError || (error as { code?: unknown }).code === deadlock) return work();
    throw error;
  }
}

const deadlock = "40P01";
