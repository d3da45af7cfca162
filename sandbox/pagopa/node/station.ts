import { longest } from "../contract/read.ts";
import type { Operation } from "../contract/types.ts";
import { type Message, type Style, writeRequest } from "../contract/write.ts";
import { badResponse, judge, type NodeFault, type Verdict } from "../judge.ts";
import type { Bank } from "./bank.ts";

/** One call of a station, as the node saw it: the raw messages and what the node made of them. */
export interface Exchange {
  readonly operation: Operation;
  readonly url: string;
  readonly request: string;
  /** HTTP status and body, when something came back in time. */
  readonly status?: number;
  readonly response?: string;
  readonly tookMs: number;
  readonly verdict: Verdict;
}

export interface Call {
  readonly operation: Operation;
  readonly message: Message;
  readonly style: Style;
  readonly url?: string | undefined;
  /** Spoils the request on its way: for receipts that arrive cut. */
  readonly spoil?: (xml: string) => string;
}

const receiptOperations: readonly Operation[] = ["paSendRT", "paSendRTV2"];

const faultOf = (error: unknown): NodeFault =>
  error instanceof DOMException && error.name === "TimeoutError"
    ? { faultCode: "PPT_STAZIONE_INT_PA_TIMEOUT", description: "la stazione non ha risposto in tempo" }
    : { faultCode: "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", description: "la stazione non è raggiungibile" };

/** What came back, read no further than to know that it is too long. */
async function bodyOf({ body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    size += part.byteLength;
    if (size > longest) break;
  }
  return Buffer.concat(parts);
}

/** Calls a station over SOAP 1.1 and judges its answer. Never throws: silence and refused connections are verdicts too. */
export async function callStation(bank: Bank, { operation, message, style, url = bank.stationUrl, spoil = xml => xml }: Call): Promise<Exchange> {
  const { settings, institutions } = bank;
  const request = spoil(writeRequest(operation, message, style));
  const timeout = receiptOperations.includes(operation) ? settings.timeouts.receipt : settings.timeouts.enquiry;
  const started = performance.now();
  const done = (verdict: Verdict, answer?: { status: number; response: string }): Exchange => ({
    operation,
    url,
    request,
    ...answer,
    tookMs: Math.round(performance.now() - started),
    verdict,
  });
  try {
    const reply = await fetch(url, {
      method: "POST",
      // A connection of its own: strangers' stations close those that are idle without a word.
      headers: { ...settings.stationHeaders, connection: "close", "content-type": "text/xml; charset=utf-8", soapaction: `"${operation}"` },
      body: request,
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    const message = await bodyOf(reply);
    const verdict: Verdict = reply.status === 200 ? judge(operation, message, institutions) : { outcome: "KO", fault: badResponse(`HTTP ${reply.status}`) };
    return done(verdict, { status: reply.status, response: Buffer.from(message).toString() });
  } catch (error) {
    return done({ outcome: "KO", fault: faultOf(error) });
  }
}
