import type { PaymentState } from "../../entities/payment.ts";
import { officesWhere } from "../caller.ts";
import type { Hub } from "../hub.ts";

/** Where documents are served, by their keys. */
export const documentPaths = {
  notice: (payment: string) => `/documents/payments/${payment}/notice.pdf`,
  receipt: (receipt: string) => `/documents/receipts/${receipt}/receipt.pdf`,
} as const;

/** A document to fetch, with the session or token that asked for its address. */
export interface DocumentAddress {
  readonly url: string;
  readonly mediaType: "application/pdf";
}

/** What decides where a payment's notice is, as fields of the graph get it. */
export interface PaymentOnPaper {
  readonly $id: string;
  readonly $state: PaymentState;
}

/** Whether the caller has anything to do with payments on paper; whether with this one is decided when it is fetched. */
const prints = ({ caller }: Pick<Hub, "caller">): boolean =>
  caller.kind === "citizen" ? caller.permissions.has("pay") : caller.kind === "staff" && officesWhere(caller, "desk:payments").length > 0;

/** Where a payment's notice is to be had; null when nothing is to be paid under it now, or the caller gets no paper. */
export const noticeAddress = (hub: Pick<Hub, "caller" | "publicUrl">, { id, state }: { readonly id: string; readonly state: PaymentState }): DocumentAddress | null =>
  state === "OPEN" && prints(hub) ? pdfAt(hub, documentPaths.notice(id)) : null;

/** Where a receipt is to be had; null when the caller gets no paper. */
export const receiptAddress = (hub: Pick<Hub, "caller" | "publicUrl">, id: string): DocumentAddress | null => (prints(hub) ? pdfAt(hub, documentPaths.receipt(id)) : null);

const pdfAt = ({ publicUrl }: Pick<Hub, "publicUrl">, path: string): DocumentAddress => ({ url: `${publicUrl}${path}`, mediaType: "application/pdf" });
