import { hash } from "node:crypto";
import type { Receipt as Delivered, SendReceipt, StationAnswer } from "../../connectors/pagopa/station.ts";
import { totalOf, transfersDue, type Owed } from "./amount-due.ts";
import type { Kept } from "./keep-receipt.ts";
import { stampsOf } from "./stamp.ts";
import type { Station } from "./station.ts";

/**
 * Takes a receipt, once: it is kept, with all that follows from it, before the node is told so. The same receipt again
 * changes nothing and is said to be one. No receipt is refused for what it is about: a second one for a paid notice, one
 * for somebody else's notice, one that says that nothing was paid are kept as what they mean. One of a payment that was
 * known from somebody else (`find-receipt.ts`, `settle-payment.ts`) is the receipt of that payment.
 *
 * Throws when it could not be kept; the node then sends it again.
 */
export async function receiveReceipt(station: Station, { version, receipt }: SendReceipt, message: Uint8Array): Promise<StationAnswer> {
  const { administration, clock, bus, log } = station;
  const ko = { operation: "SEND_RECEIPT", version, outcome: "KO", faultId: administration.fiscalCode } as const;
  const kept = await station.keepReceipt({
    receiptId: identifierOf(receipt, message), noticeNumber: receipt.noticeNumber, creditorFiscalCode: receipt.issuerFiscalCode, iuv: receipt.iuv, amountCents: receipt.amountCents, paid: receipt.outcome === "OK",
    pspName: receipt.psp.companyName, paymentMethod: receipt.paymentMethod ?? null, paidAt: receipt.paidAt ?? null, message, source: "NODE", stamps: stampsOf(receipt),
  }, clock.now());
  const payday = { administration, clock: { now: () => receipt.paidAt ?? clock.now() } };
  const alarm = alarmOf(kept, receipt, receipt.issuerFiscalCode === administration.fiscalCode, owed => totalOf(transfersDue(payday, owed)));
  if (alarm) log.error({ receipt: kept.id, notice: receipt.noticeNumber }, alarm);
  if (kept.meaning === null && !kept.delivered) return { ...ko, fault: "RECEIPT_DUPLICATE" };
  bus.announce();
  return { operation: "SEND_RECEIPT", version, outcome: "OK" };
}

/** Far beyond the 35 characters of a payment token, and within what an index holds. */
const longestId = 255;

/** By what a receipt is known: its own identifier or, as the contract binds that to nothing, the digest of a message without one that tells it from others. */
const identifierOf = ({ receiptId }: Delivered, message: Uint8Array): string =>
  (receiptId.trim() === "" || receiptId.length > longestId ? `sha256:${hash("sha256", message)}` : receiptId);

/** What an accountant has to look into. `dueOf` says in cents what was due when it was paid. */
function alarmOf({ meaning, same, position }: Kept, { amountCents, iuv }: Delivered, issuedByUs: boolean, dueOf: (owed: Owed) => number): string | undefined {
  if (meaning === null) return same ? undefined : "a receipt came again and says something else";
  if (!issuedByUs) return undefined;
  switch (meaning) {
    case "PAID_TWICE": return "a notice was paid twice: one payment is to be given back";
    case "NOT_PAID": return "a receipt says that nothing was paid";
    case "UNKNOWN_NOTICE": return "a notice of ours was paid that we do not know";
    case "SETTLED": {
      if (position?.state === "CANCELLED") return "a cancelled notice was paid";
      return position && dueOf(position) === amountCents && position.iuv === iuv ? undefined : "a receipt differs from what was due";
    }
  }
}
