import type { IncomingMessage } from "node:http";
import type { Locale } from "../../operations/hub.ts";
import type { Credentials, ShownToken } from "../hubs.ts";
import type { Cookies } from "./cookies.ts";

/** What the headers of a request, or of the request that opened a socket, show of who sends it. */
export function credentialsOf({ headers, method, url }: Pick<IncomingMessage, "headers" | "method" | "url">, address: string, cookies: Cookies): Credentials {
  const { dpop } = headers;
  const proof = typeof dpop === "string" ? { jwt: dpop, method: method!, path: url!.split("?")[0]! } : undefined;
  return { session: cookies.session(headers.cookie), token: tokenIn(headers.authorization), proof, address, locale: localeOf(headers["accept-language"]) };
}

/** The token of an `Authorization` header, or of what stands for one; a scheme without a token is one that is not valid. Other schemes are for whoever stands before the hub. */
export function tokenIn(authorization: unknown): ShownToken | undefined {
  const [, scheme, value = ""] = (typeof authorization === "string" && /^(Bearer|DPoP)(?: +(.*))?$/i.exec(authorization)) || [];
  return scheme === undefined ? undefined : { value, bound: scheme.toLowerCase() === "dpop" };
}

/** Italian, unless the first language that the caller would rather read is English. */
export const localeOf = (acceptLanguage: string | undefined): Locale => (/^\s*en\b/i.test(acceptLanguage ?? "") ? "en" : "it");
