import type { AssuranceLevel } from "../../entities/service.ts";
import type { Session } from "../../entities/session.ts";

const levels = ["L1", "L2", "L3"] as const;

/** A level by the name that SPID gives to it; CIE has the same ones (SPID technical rules, AuthnContextClassRef). */
export const acrOf = (level: AssuranceLevel): string => `https://www.spid.gov.it/SpidL${level.slice(1)}`;

/** Every level by that name. */
export const acrValues: readonly string[] = levels.map(acrOf);

/** How somebody signed in (RFC 8176): with which kind of identity, and whether with more than a password. */
export const amrOf = ({ scheme, assurance }: Pick<Session, "scheme" | "assurance">): string[] => [scheme, assurance === "L1" ? "pwd" : "mfa"];

/** What a client asks of the level: in `acr_values`, or in the `claims` of the ID token. */
export interface AskedAcr {
  readonly value?: string | undefined;
  readonly values?: readonly string[] | undefined;
}

/** The lowest level that will do: the least of those that a client names. Level 1 where it names none that we know. */
export function levelAsked(asked: AskedAcr | null | undefined): AssuranceLevel {
  const named = [...(asked?.values ?? []), ...(asked?.value ? [asked.value] : [])];
  return levels.find(level => named.includes(acrOf(level))) ?? "L1";
}
