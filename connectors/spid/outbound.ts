import { encodePost, encodeRedirect } from "./encoding.ts";
import type { Binding } from "./saml.ts";
import { signEnveloped, signQuery, type Credential } from "./signature.ts";

/** How a message leaves: a form that the browser posts, or an address that it is sent to. */
export type Outbound =
  | { readonly binding: "POST"; readonly action: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly binding: "REDIRECT"; readonly location: string };

/** Signs a message for its binding: inside the XML for POST, over the query for Redirect. Returns what leaves and the XML that was sent. */
export function dispatch(
  message: { readonly kind: "SAMLRequest" | "SAMLResponse"; readonly xml: string; readonly destination: string; readonly relayState: string },
  by: Binding,
  credential: Credential,
): { xml: string; outbound: Outbound } {
  const { kind, xml, destination, relayState } = message;
  // SAML bindings 3.4.3: the other side may refuse to carry more.
  if (Buffer.byteLength(relayState) > 80) throw new RangeError("RelayState is longer than 80 bytes");
  if (by === "REDIRECT") {
    const query = signQuery(kind, encodeRedirect(xml), relayState, credential);
    return { xml, outbound: { binding: "REDIRECT", location: `${destination}${destination.includes("?") ? "&" : "?"}${query}` } };
  }
  const signed = signEnveloped(xml, credential, "AFTER_ISSUER");
  return { xml: signed, outbound: { binding: "POST", action: destination, fields: { [kind]: encodePost(signed), RelayState: relayState } } };
}
