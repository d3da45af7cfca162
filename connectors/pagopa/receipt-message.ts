import { readRequest, type Receipt } from "./station.ts";

/** A receipt in a message of the node that was kept, byte for byte; null where the bytes are something else. */
export function receiptIn(message: Uint8Array): Receipt | null {
  const request = readRequest(message, {}, { brokerFiscalCode: "", messageBytes: message.byteLength, receiptBytes: message.byteLength });
  return "operation" in request && request.operation === "SEND_RECEIPT" ? request.receipt : null;
}
