import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { type AxiosInstance } from "axios";

export interface HttpOptions {
  /** Prefixed to relative addresses. */
  readonly baseUrl?: string;
  /** The largest answer read, in bytes; a larger one is cut off and is malformed. */
  readonly maxAnswerBytes?: number;
  /** For mutual TLS and private authorities, all in PEM. The peer is always verified. */
  readonly tls?: { readonly key?: string; readonly cert?: string; readonly ca?: string };
}

/** The largest request sent, in bytes. */
const maxRequestBytes = 1_048_576;
/** How many sockets may be open to one host at once; further calls wait within their deadline. */
const maxSockets = 64;

/**
 * The one way in which connectors speak HTTP: sizes capped, redirects not followed (a token must not travel to where an
 * answer points), proxies of the environment ignored, connections kept alive and dropped after 4 s of idleness, TLS 1.2
 * or newer with the peer verified. Answers outside 2xx reject, as axios does; bodies come uncompressed.
 *
 * Give every request the signal that `Upstream.call` hands to `ask`: the deadline lives there.
 */
export function createHttp({ baseUrl, maxAnswerBytes = 4_194_304, tls = {} }: HttpOptions = {}): AxiosInstance {
  const agent = { keepAlive: true, maxSockets, timeout: 4_000 };
  return axios.create({
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    maxContentLength: maxAnswerBytes,
    maxBodyLength: maxRequestBytes,
    maxRedirects: 0,
    proxy: false,
    decompress: false,
    headers: { "Accept-Encoding": "identity" },
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent({ ...agent, ...tls, minVersion: "TLSv1.2" }),
  });
}
