import { fileURLToPath } from "node:url";
import type { AxiosInstance } from "axios";
import { createClientAsync, type IHttpClient, type ISecurity } from "soap";
import { z } from "zod";
import { Unreadable, failureOfStatus } from "../upstream.ts";
import { assertPlainXml } from "../upstream/xml.ts";
import { xmlOf } from "../upstream/xop.ts";
import type { Message } from "./request.ts";

/** What one exchange tells beside its body. */
export interface Exchange {
  /** When the registry answered, by its own clock. */
  theirDate?: Date | undefined;
  /** Whether a SOAP envelope came back. */
  answered?: boolean;
}

/** One operation of one SOAP service. Its WSDL is read once, when it is opened. */
export type Ask = (message: Message, exchange: Exchange, signal: AbortSignal) => Promise<unknown>;

export interface ServiceOptions {
  /** The file in `contract/`. */
  readonly wsdl: string;
  readonly operation: string;
  readonly endpoint: string;
  readonly http: AxiosInstance;
  readonly security: ISecurity;
}

/**
 * Opens a SOAP operation over the library's client, with transport and security of our own.
 * What it returns rejects with what the transport or the library throws, SOAP faults included.
 */
export async function openService({ wsdl, operation, endpoint, http, security }: ServiceOptions): Promise<Ask> {
  const asWritten = (value: string) => value;
  const client = await createClientAsync(fileURLToPath(new URL(`./contract/${wsdl}`, import.meta.url)), {
    endpoint,
    httpClient: transport(http),
    // The library would make a day with a zone an instant, and so the day before.
    customDeserializer: { date: asWritten, dateTime: asWritten },
  });
  client.setSecurity(security);
  const call = client[`${operation}Async`] as unknown as (message: Message, options: TransportOptions) => Promise<readonly unknown[]>;
  return async (message, exchange, signal) => (await call.call(client, message, { signal, exchange }))[0];
}

interface TransportOptions {
  readonly signal: AbortSignal;
  readonly exchange: Exchange;
}

/** Posts a message and lets only plain XML envelopes reach the library's parser. */
const transport = (http: AxiosInstance): IHttpClient => ({
  request(url, data, callback, headers, options) {
    const { signal, exchange } = options as unknown as TransportOptions;
    const posted = http.post<Buffer>(url, data, { headers: { ...headers }, signal, responseType: "arraybuffer", transformResponse: asIs, validateStatus: null });
    void posted
      .then(response => {
        exchange.theirDate = dateOf(response.headers.date);
        // Documents come as parts of their own: here they are put where they belong, for the parser behind knows only XML.
        const body = xmlOf(response.headers["content-type"], response.data);
        assertEnvelope(response.status, body, response.headers["retry-after"]);
        exchange.answered = true;
        callback(null, { ...response, headers: {} }, body);
      })
      .catch(callback);
    return posted;
  },
});

/** A fault comes with status 500 and an envelope; a 500 without one is a server that cannot serve. */
function assertEnvelope(status: number, body: string, retryAfter: unknown): void {
  const envelope = /<(?:[\w.-]+:)?Envelope[\s>]/.test(body.slice(0, 2_000));
  if (!envelope && (status < 200 || status >= 300)) throw failureOfStatus("ANPR", status, retryAfter);
  if (!envelope) throw new Unreadable("NOT_SOAP");
  assertPlainXml(body);
}

const asIs = (body: unknown): unknown => body;
const dateOf = (value: unknown): Date | undefined => {
  const read = z.coerce.date().safeParse(value);
  return typeof value === "string" && read.success ? read.data : undefined;
};
