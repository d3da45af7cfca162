import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { KeyPair } from "./keys.ts";
import type { Binding } from "./saml.ts";
import type { ServiceProvider } from "./service-providers.ts";
import { signQuery, verifyQuery, verifyRoot } from "./signature.ts";

export type MessageParameter = "SAMLRequest" | "SAMLResponse";

/** A SAML message as it came through the browser, not yet trusted. */
export interface Incoming {
  readonly binding: Binding;
  readonly parameter: MessageParameter;
  readonly xml: string;
  readonly relayState: string | undefined;
  /** The query as it was written, for the Redirect binding. */
  readonly query: string;
}

const inflatedCap = 200_000;

/** Reads a message out of a form or a query; undefined when a mandatory parameter lacks or cannot be decoded. */
export function readIncoming(binding: Binding, fields: URLSearchParams, query: string): Incoming | undefined {
  const parameter = fields.has("SAMLRequest") ? "SAMLRequest" : "SAMLResponse";
  const encoded = fields.get(parameter);
  if (!encoded || !/^[A-Za-z0-9+/=\s]+$/.test(encoded)) return undefined;
  if (binding === "redirect" && !(fields.has("SigAlg") && fields.has("Signature"))) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const xml = binding === "post" ? bytes.toString("utf8") : inflate(bytes);
  if (!xml) return undefined;
  return { binding, parameter, xml, relayState: fields.get("RelayState") ?? undefined, query };
}

function inflate(bytes: Buffer): string | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: inflatedCap }).toString("utf8");
  } catch {
    return undefined;
  }
}

/** The XML that the service provider signed; undefined when the signature is missing or wrong. */
export function signedText({ binding, parameter, xml, query }: Incoming, { certificates }: ServiceProvider): string | undefined {
  if (binding === "post") return verifyRoot(xml, certificates);
  return verifyQuery(query, parameter, certificates) ? xml : undefined;
}

/** The address that carries an unsigned message by the Redirect binding, signed in the query. */
export function redirectTo(location: string, parameter: MessageParameter, xml: string, relayState: string | undefined, keys: KeyPair): string {
  const message = [parameter, deflateRawSync(xml).toString("base64")] as const;
  const query = signQuery(relayState === undefined ? [message] : [message, ["RelayState", relayState]], keys);
  return `${location}${location.includes("?") ? "&" : "?"}${query}`;
}
