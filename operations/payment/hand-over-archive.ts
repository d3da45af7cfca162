import type { ArchivedPosition, PositionArchive } from "../../connectors/pagopa/aca.ts";
import { SourceRefused } from "../../connectors/upstream.ts";
import { isStamp, toBePaid, type Payment } from "../../entities/payment.ts";
import type { JobHub } from "../job.ts";
import { totalOf, transfersDue } from "./amount-due.ts";
import { debtorOf } from "./give-payment.ts";

/** Gives a position to ACA, or closes it there; what is not open there is closed already. Throws as the archive does. */
export async function tellArchive(hub: JobHub, archive: PositionArchive, payment: Payment): Promise<void> {
  const position = positionOf(hub, payment);
  if (toBePaid.has(payment.state)) return archive.keep(position, hub.signal);
  await archive.close(position, hub.signal).catch((error: unknown) => {
    if (!(error instanceof SourceRefused && ["NOT_FOUND", "NOT_POSSIBLE"].includes(error.reason))) throw error;
  });
}

function positionOf(hub: JobHub, payment: Payment): ArchivedPosition {
  const transfers = transfersDue(hub, payment);
  const [first] = transfers.filter(transfer => !isStamp(transfer));
  return {
    creditorFiscalCode: hub.administration.fiscalCode, iuv: payment.iuv, noticeNumber: payment.noticeNumber, debtor: debtorOf(payment), amountCents: totalOf(transfers),
    description: payment.description, dueDate: payment.dueOn, expires: hub.administration.settings.pagopa.refusesOverdue === true,
    standIn: transfers.length === 1 && first !== undefined,
    ...(first && !isStamp(first) ? { iban: first.iban, ...(first.postalIban ? { postalIban: first.postalIban } : {}) } : {}),
  };
}
