import type { XmlElement } from "libxml2-wasm";
import { elementsOf } from "../xml.ts";
import { writeAnswer, writeFault, type SoapFaultCode } from "./answer.ts";
import { judge, readPlain } from "./contract.ts";
import { EnvelopeFault, withBody } from "./envelope.ts";
import { requests } from "./receive.ts";
import type { StationAnswer, StationRequest } from "./station-words.ts";
import { wordsOf } from "./words.ts";

export * from "./station-words.ts";

/** What the route knows of a request besides its body. */
export interface StationHeaders {
  readonly contentType?: string | undefined;
  readonly soapAction?: string | undefined;
  readonly contentEncoding?: string | undefined;
}

export interface StationSettings {
  /** Fiscal code that signs a refusal when the request does not say whom it was for. */
  readonly brokerFiscalCode: string;
  /** The largest message, in bytes, but for receipts. */
  readonly messageBytes: number;
  /** The largest receipt, in bytes: it may carry five digital stamps. */
  readonly receiptBytes: number;
}

/** What is sent back: HTTP status and a SOAP 1.1 message of type `text/xml; charset=utf-8`. */
export interface StationReply {
  readonly status: number;
  readonly body: string;
}

/** A request that goes no further, with the reply to send. `refused` is a constant word for logs and metrics. */
export interface StationRefusal extends StationReply {
  readonly refused: EnvelopeFault["reason"] | "TOO_LARGE" | "ENCODED" | "MEDIA_TYPE" | "OPERATION_UNKNOWN" | "SOAP_ACTION" | "SCHEMA";
}

/** The largest body to read for a request, in bytes, told by its SOAPAction header before any of it is read. Without one it may be a receipt. */
export const bodyLimit = (soapAction: string | undefined, settings: StationSettings): number => limitOf(actionOf(soapAction), settings);

const limitOf = (action: string, { messageBytes, receiptBytes }: StationSettings): number => (action === "" || action.startsWith("paSendRT") ? receiptBytes : messageBytes);

/**
 * Reads what the node sent, or says how to refuse it.
 *
 * A message that is recognisably one of the contract's operations but breaks its schema gets that operation's KO,
 * PAA_SINTASSI_EXTRAXSD, with HTTP 200. Whatever cannot be answered in the contract gets a SOAP 1.1 fault: with HTTP
 * 413 and 415 where HTTP has the word for it, otherwise 500 as SOAP 1.1 over HTTP wants. The node takes those for no
 * answer, so a receipt refused in that way comes again. Never throws for what is in the message.
 */
export function readRequest(body: Uint8Array, headers: StationHeaders, settings: StationSettings): StationRequest | StationRefusal {
  if (!/^(?:identity)?$/i.test(headers.contentEncoding?.trim() ?? "")) return refuse("ENCODED", 415);
  if (!isXml(headers.contentType)) return refuse("MEDIA_TYPE", 415);
  const action = actionOf(headers.soapAction);
  if (body.byteLength > limitOf(action, settings)) return refuse("TOO_LARGE", 413);
  try {
    return readPlainly(body, action) ?? readMessage(body, action, settings);
  } catch (error) {
    if (!(error instanceof EnvelopeFault)) throw error;
    return refuse(error.reason, 500, error.faultCode);
  }
}

/** Writes an answer as the node expects it. Throws `RangeError` for an answer that cannot be said in the contract. */
export const writeResponse = (answer: StationAnswer): StationReply => ({ status: 200, body: writeAnswer(answer) });

/**
 * The reply when the hub cannot do its part now (database away, deadline passed): a SOAP fault, which the node takes
 * for no answer. For a receipt this is the only reply that makes the node send it again: a KO would lose it.
 */
export const temporaryFailure = (): StationReply => ({ status: 500, body: writeFault("Server", "TEMPORARY_FAILURE") });

/** The reply to a body that is larger than any message may be, for a server that stops reading there. */
export const tooLarge = (): StationRefusal => refuse("TOO_LARGE", 413);

/** The reply to a body whose type is no type at all, for a server that cannot hand it on. */
export const noMedia = (): StationRefusal => refuse("MEDIA_TYPE", 415);

const elementOf = new Map(Object.entries(requests).map(([element, { soapAction }]) => [soapAction, element]));

/** Reads a message of the operation that the header names where no parser is needed for it; whatever else it may be is judged by `readMessage`. */
function readPlainly(message: Uint8Array, action: string): StationRequest | undefined {
  const element = elementOf.get(action);
  const words = element === undefined ? undefined : readPlain(element, message);
  return words && requests[element!]!.read(words);
}

const readMessage = (message: Uint8Array, action: string, settings: StationSettings): StationRequest | StationRefusal =>
  withBody(message, element =>
    readElement(element, action, settings, () => withBody(withStandIn(message), respelled => readElement(respelled, action, settings))));

function readElement(element: XmlElement, action: string, settings: StationSettings, readRespelled?: () => StationRequest | StationRefusal): StationRequest | StationRefusal {
  const request = element.namespaceUri === NAMESPACE && Object.hasOwn(requests, element.name) ? requests[element.name] : undefined;
  if (!request) return refuse("OPERATION_UNKNOWN", 500);
  if (action !== "" && action !== request.soapAction) return refuse("SOAP_ACTION", 500);
  const verdict = judge(element);
  if (verdict.valid) return request.read(wordsOf(element));
  if (readRespelled && endsWithStandin(element)) return readRespelled();
  const fault = {
    outcome: "KO", fault: "INVALID", faultId: creditorOf(element) ?? settings.brokerFiscalCode,
    ...(verdict.element === undefined ? {} : { description: `Elemento ${verdict.element}` }),
  } as const;
  const { operation, version } = request;
  return {
    refused: "SCHEMA",
    ...writeResponse(operation === "VERIFY_NOTICE" || operation === "DEMAND_NOTICE" ? { operation, ...fault } : { operation, version, ...fault }),
  };
}

const NAMESPACE = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/**
 * The published text spells the last field of a receipt `standin`, the schema `standIn`. A receipt cannot be refused
 * for that: the documented spelling is put right and the message read again.
 */
function endsWithStandin(message: XmlElement): boolean {
  const receipt = [...elementsOf(message)].find(({ name }) => name === "receipt");
  const last = receipt && [...elementsOf(receipt)].pop();
  return last?.name === "standin" && last.namespaceUri === "";
}

/** The message with every `standin` element respelled; comments and CDATA stay as they are. Bytes pass through Latin-1 unharmed. */
const withStandIn = (message: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(message).toString("latin1").replace(/<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\/?standin(?=[\s/>])/g, part => (part.startsWith("<!") ? part : part.replace("standin", "standIn"))), "latin1");

/** The administration a broken request was for, when at least that can be read. */
function creditorOf(message: XmlElement): string | undefined {
  const [first] = elementsOf(message);
  return first?.name === "idPA" && /^\d{11}$/.test(first.content) ? first.content : undefined;
}

/** The operation in a SOAPAction header, which should be quoted and often is not. */
const actionOf = (soapAction: string | undefined): string => (soapAction ?? "").trim().replace(/^"(.*)"$/, "$1");

/** SOAP 1.1 travels as text/xml; a missing type is borne, another encoding than UTF-8 is not. */
function isXml(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType.trim() === "") return true;
  const [type, ...parameters] = contentType.toLowerCase().split(";").map(part => part.trim());
  const charset = parameters.find(parameter => parameter.startsWith("charset="))?.slice(8).replaceAll('"', "");
  return (type === "text/xml" || type === "application/xml") && (charset === undefined || ["utf-8", "utf8", "us-ascii"].includes(charset));
}

const refuse = (refused: StationRefusal["refused"], status: number, code: SoapFaultCode = "Client"): StationRefusal =>
  ({ refused, status, body: writeFault(code, refused) });
