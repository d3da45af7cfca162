import { readRequest, type StationHeaders, type StationRefusal, type StationRequest } from "../../../connectors/pagopa/station.ts";

export const settings = { brokerFiscalCode: "00480530047", messageBytes: 102_400, receiptBytes: 524_288 };

/** What the station makes of a message. */
export const read = (message: string | Uint8Array, headers: StationHeaders = {}) => readRequest(typeof message === "string" ? Buffer.from(message) : message, { contentType: "text/xml; charset=utf-8", ...headers }, settings);

/** The request that a message is; it must be one. */
export function request(message: string, headers?: StationHeaders): StationRequest {
  const result = read(message, headers);
  if ("refused" in result) throw new Error(`refused: ${result.refused} ${result.body}`);
  return result;
}

/** How a message is refused; it must be. */
export function refusal(message: string | Uint8Array, headers?: StationHeaders): StationRefusal {
  const result = read(message, headers);
  if (!("refused" in result)) throw new Error("was not refused");
  return result;
}
