import type { Given, Option, Payable } from "./gpd-bodies.ts";

/** As people name them: `EXPIRED` in version 1 is `UNPAYABLE` in version 3. */
export type Status = "DRAFT" | "PUBLISHED" | "VALID" | "INVALID" | "EXPIRED" | "PARTIALLY_PAID" | "PAID";

/** A position as the register keeps it, whichever version it came in. */
export interface Kept extends Given {
  phase: "DRAFT" | "PUBLISHED" | "INVALID";
  readonly insertedAt: string;
  publishedAt?: string;
  updatedAt: string;
}

export const payablesOf = ({ options }: Given): readonly Payable[] => options.flatMap(({ payables }) => payables);

/** Where a position stands at a moment (Unix milliseconds): dates move it by themselves. */
export function statusOf(kept: Kept, now: number): Status {
  const paid = kept.options.find(({ payables }) => payables.some(({ paidAt }) => paidAt !== undefined));
  if (paid) return paid.payables.every(({ paidAt }) => paidAt !== undefined) ? "PAID" : "PARTIALLY_PAID";
  if (kept.phase !== "PUBLISHED") return kept.phase;
  if (kept.options.length > 0 && kept.options.every(({ validityDate }) => validityDate !== undefined && Date.parse(validityDate) > now)) return "PUBLISHED";
  const isOver = ({ switchToExpired, payables }: Option): boolean => switchToExpired && payables.every(({ dueDate }) => Date.parse(dueDate) < now);
  return kept.options.length > 0 && kept.options.every(isOver) ? "EXPIRED" : "VALID";
}

const named = (status: Status, version: 1 | 3): string => (version === 3 && status === "EXPIRED" ? "UNPAYABLE" : status);

/** What whoever gave or moved it is answered: what they gave, and where it stands. */
export const echoed = (kept: Kept, version: 1 | 3, now: number): object => ({ ...kept.body, status: named(statusOf(kept, now), version) });

/** A position as whoever asks for it sees it. */
export function shown(kept: Kept, version: 1 | 3, { organization, now }: { readonly organization: string; readonly now: number }): object {
  const { iupd, companyName, officeName, options, insertedAt: insertedDate, publishedAt: publishDate, updatedAt: lastUpdatedDate } = kept;
  const paymentDate = payablesOf(kept).findLast(({ paidAt }) => paidAt !== undefined)?.paidAt;
  const head = { iupd, organizationFiscalCode: organization, companyName, officeName, insertedDate, publishDate, paymentDate, lastUpdatedDate, status: named(statusOf(kept, now), version) };
  const payable = ({ nav, iuv, amount, description, dueDate, paidAt, transfer }: Payable) => ({
    nav, iuv, organizationFiscalCode: organization, amount, description, dueDate, paymentDate: paidAt, lastUpdatedDate,
    transfer: transfer.map(each => ({ ...each, organizationFiscalCode: each.organizationFiscalCode ?? organization, insertedDate, lastUpdatedDate, status: "T_UNREPORTED" })),
  });
  if (version === 3) {
    return { ...head, paymentOption: options.map(({ switchToExpired, retentionDate, validityDate, debtor, payables }) => ({
      switchToExpired, retentionDate, insertedDate, validityDate, debtor, installments: payables.map(each => ({ ...payable(each), status: each.paidAt === undefined ? "UNPAID" : "PAID", installmentMetadata: each.metadata })),
    })) };
  }
  return { ...head, type: options[0]?.debtor.type, validityDate: options[0]?.validityDate, paymentOption: options.flatMap(({ retentionDate, payables }) => payables.map(each => ({
    ...payable(each), insertedDate, retentionDate, isPartialPayment: each.isPartial, status: each.paidAt === undefined ? "PO_UNPAID" : "PO_PAID", paymentOptionMetadata: each.metadata,
  }))) };
}
