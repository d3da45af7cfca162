import { createHmac } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { Account } from "oidc-provider";
import { Session } from "../../entities/session.ts";
import type { Clock } from "../../kernel/clock.ts";
import { findSession, openAt } from "../../operations/session/find-session.ts";
import type { Cookies } from "../web/cookies.ts";
import { acrOf, amrOf } from "./levels.ts";

/** The claim that carries the fiscal code, by the name that the Italian federations of SPID and CIE with OpenID Connect give to it. */
export const fiscalNumber = "https://attributes.eid.gov.it/fiscal_number";

export interface AccountDeps {
  readonly fork: () => EntityManager;
  readonly administrationId: string;
  readonly cookies: Cookies;
  /** Keys the identifiers under which clients know people. */
  readonly secret: string;
  readonly clock: Clock;
}

/** Who is signed in, as the OpenID Provider sees it: an account of its is a session of ours. */
export interface Accounts {
  /** The open session of the browser that sends a request; null when there is none. */
  ofBrowser(cookieHeader: string | undefined): Promise<Session | null>;
  /** What may be told about the person of an open session; undefined when it has ended. */
  find(sessionId: string): Promise<Account | undefined>;
  /** The identifier under which one client knows the person of a session, and no other client does. */
  subject(sessionId: string, clientId: string): Promise<string>;
}

/** Puts the accounts together. */
export function createAccounts({ fork, administrationId: administration, cookies, secret, clock }: AccountDeps): Accounts {
  const subjectOf = (citizenId: string, clientId: string): string => createHmac("sha256", secret).update(`subject\n${clientId}\n${citizenId}`).digest("base64url");
  return {
    ofBrowser: header => findSession(fork(), administration, cookies.session(header), clock.now()),
    async find(sessionId) {
      const session = await fork().findOne(Session, { id: sessionId, administration, ...openAt(clock.now()) }, { populate: ["citizen"] });
      return session ? { accountId: session.id, claims: () => Promise.resolve(claimsOf(session)) } : undefined;
    },
    async subject(sessionId, clientId) {
      const { citizen } = await fork().findOneOrFail(Session, { id: sessionId, administration }, { fields: ["citizen"] });
      return subjectOf(citizen.id, clientId);
    },
  };
}

/** The name as the identity provider attested it; a fiscal code only where there is one. `sub` is replaced by that of the client. */
const claimsOf = ({ id, citizen: { fiscalCode }, givenName, familyName, ...session }: Session) => ({
  sub: id, acr: acrOf(session.assurance), amr: amrOf(session), name: `${givenName} ${familyName}`, given_name: givenName, family_name: familyName,
  ...(fiscalCode ? { [fiscalNumber]: fiscalCode } : {}),
});
