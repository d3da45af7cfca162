import type { IncomingHttpHeaders } from "node:http";
import type { Locale } from "../../operations/hub.ts";
import type { Credentials } from "../hubs.ts";
import type { Cookies } from "./cookies.ts";

/** What the headers of a request, or of the request that opened a socket, show of who sends it. */
export function credentialsOf(headers: IncomingHttpHeaders, address: string, cookies: Cookies): Credentials {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  return { session: cookies.session(headers.cookie), bearer, address, locale: localeOf(headers["accept-language"]) };
}

/** Italian, unless the first language that the caller would rather read is English. */
export const localeOf = (acceptLanguage: string | undefined): Locale => (/^\s*en\b/i.test(acceptLanguage ?? "") ? "en" : "it");
