import type { Trouble } from "../web/identity-texts.ts";
import { troubleText } from "../web/identity-texts.ts";

/** A refusal as OpenID Connect tells it to a client. */
export interface OidcFailure {
  readonly error: string;
  readonly error_description: string;
}

/** What each way in which a sign-in may fail is to a client (OpenID Connect Core 3.1.2.6; RFC 6749 4.1.2.1). */
const errors: Readonly<Record<Trouble, string>> = {
  CANCELLED: "access_denied", CONSENT_DENIED: "access_denied", IDENTITY_SUSPENDED: "access_denied", OTHER_KIND_OF_IDENTITY: "access_denied", NOT_STAFF: "access_denied",
  TOO_MANY_ATTEMPTS: "login_required", TIMED_OUT: "login_required", UNKNOWN: "login_required", UNASKED: "login_required", OTHER_BROWSER: "login_required", EXPIRED: "login_required",
  ALREADY_USED: "login_required", NOT_ACCEPTED: "login_required", BAD_ADDRESS: "login_required", UNKNOWN_PROVIDER: "login_required", BAD_MESSAGE: "login_required",
  LEVEL_NOT_AVAILABLE: "unmet_authentication_requirements",
  REQUEST_REJECTED: "temporarily_unavailable", INTERNAL: "temporarily_unavailable",
};

/** The refusal for a trouble by its name: the name itself, for programs, and in English what happened. Undefined for a name that is none. */
export function failureOf(trouble: string): OidcFailure | undefined {
  if (!Object.hasOwn(errors, trouble)) return undefined;
  const name = trouble as Trouble;
  return { error: errors[name], error_description: plain(`${name}: ${troubleText(name, "en", "spid").title}`) };
}

/** The characters that a description may have (RFC 6749, appendix A.8). */
const plain = (text: string): string => text.replaceAll("’", "'").replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "");
