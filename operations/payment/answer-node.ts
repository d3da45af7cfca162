import type { StationAnswer, StationRequest } from "../../connectors/pagopa/station.ts";
import { demandNotice } from "./demand-notice.ts";
import { givePayment } from "./give-payment.ts";
import { receiveReceipt } from "./receive-receipt.ts";
import type { Station } from "./station.ts";
import { verifyNotice } from "./verify-notice.ts";

/**
 * Answers what the pagoPA node asks. `message` is the request as it came, kept where it is proof.
 *
 * The order of checks is the documented one: the contract (before this is called), then who is addressed, then whether it
 * was taken already, then what it says. Whatever is thrown is no answer to the node, which then asks again: it must not
 * become a KO, for a KO is final. Source: pagoPA, Specifiche Attuative del Nodo dei Pagamenti 3.12, fault management.
 */
export async function answerNode(station: Station, request: StationRequest, message: Uint8Array): Promise<StationAnswer> {
  const fault = misdirected(station, request);
  if (fault) {
    // A receipt that is refused does not come again: either the node or our settings are wrong about who we are.
    if (request.operation === "SEND_RECEIPT") station.log.error({ fault }, "a receipt was addressed to another station");
    const said = { outcome: "KO", fault, faultId: station.administration.fiscalCode } as const;
    const { operation } = request;
    return operation === "VERIFY_NOTICE" || operation === "DEMAND_NOTICE" ? { operation, ...said } : { operation, version: request.version, ...said };
  }
  switch (request.operation) {
    case "VERIFY_NOTICE": return verifyNotice(station, request);
    case "GET_PAYMENT": return givePayment(station, request);
    case "SEND_RECEIPT": return receiveReceipt(station, request, message);
    case "DEMAND_NOTICE": return demandNotice(station);
  }
}

function misdirected({ administration: { fiscalCode, settings: { pagopa } } }: Station, request: StationRequest) {
  if (request.creditorFiscalCode !== fiscalCode) return "CREDITOR_UNKNOWN";
  if (request.broker !== pagopa.brokerId) return "BROKER_UNKNOWN";
  return request.station === pagopa.stationId ? undefined : "STATION_UNKNOWN";
}
