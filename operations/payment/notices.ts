import DataLoader from "dataloader";
import { isStamp, type PaymentState, type Transfer } from "../../entities/payment.ts";
import type { RunStatement } from "../read/reader.ts";

/** A position as the node is told of it. */
export interface Notice {
  readonly noticeNumber: string;
  readonly state: PaymentState;
  readonly iuv: string;
  readonly amountCents: number;
  readonly description: string;
  readonly debtorName: string;
  readonly debtorFiscalCode: string;
  readonly dueOn: string;
  readonly transfers: readonly Transfer[];
}

/** The position under a notice number, as it stands now; null when there is none. */
export type Notices = (noticeNumber: string) => Promise<Notice | null>;

/** Whether every share may go to a postal account: a stamp goes to none. */
export const allPostal = (transfers: readonly Transfer[]): boolean => transfers.every(transfer => !isStamp(transfer) && transfer.postalIban !== undefined);

/** Rows as they are: building an object for each of them, name by name, takes PostgreSQL as long as all the rest. */
const statement = `
  select json_agg("notice")::text from (
    select
      "notice_number" as "noticeNumber", "state", "iuv", "amount_cents" as "amountCents", "description", "debtor_name" as "debtorName",
      "debtor_fiscal_code" as "debtorFiscalCode", "due_on" as "dueOn", "transfers"
    from "payment" where "administration_id" = $1::uuid and "notice_number" = any($2::text[])) as "notice"`;

/**
 * Reads positions for the node. Questions that come together are read together, for most of a question's cost is its way
 * to the database and back: those that come while a statement runs wait for its end and whoever comes in the same turn,
 * and no longer than `patienceMs`, so that one slow connection holds nobody up. Nothing is remembered, for the next answer
 * may be another.
 */
export function openNotices(run: RunStatement, administrationId: string): Notices {
  let running = 0;
  const waiting = new Set<() => void>();

  const load = async (numbers: readonly string[]): Promise<(Notice | null)[]> => {
    running += 1;
    const late = new AbortController();
    const deadline = setTimeout(() => late.abort(new Error("the database did not answer in time")), deadlineMs);
    try {
      const found = await run("station_notices", statement, [administrationId, numbers], late.signal);
      const notices = new Map((found === null ? [] : JSON.parse(found) as Notice[]).map(notice => [notice.noticeNumber, notice]));
      return numbers.map(number => notices.get(number) ?? null);
    } finally {
      clearTimeout(deadline);
      running -= 1;
      for (const go of waiting) go();
    }
  };
  const schedule = (dispatch: () => void): void => {
    if (running === 0) return void setImmediate(dispatch);
    const go = (): void => {
      clearTimeout(timer);
      if (waiting.delete(go)) setImmediate(dispatch);
    };
    const timer = setTimeout(go, patienceMs);
    waiting.add(go);
  };
  const loader = new DataLoader(load, { cache: false, maxBatchSize: 100, batchScheduleFn: schedule });
  return noticeNumber => loader.load(noticeNumber);
}

const patienceMs = 5;

/** The node waits for seven seconds: an answer that comes later is none. */
const deadlineMs = 6_000;
