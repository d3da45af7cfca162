import { createHmac } from "node:crypto";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Connectors } from "../connectors/index.ts";
import { Session } from "../entities/session.ts";
import type { Clock } from "../kernel/clock.ts";
import { HubError } from "../kernel/errors.ts";
import { opaqueId } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import type { Caller } from "../operations/caller.ts";
import type { Bus } from "../operations/event/bus.ts";
import type { AdministrationInfo, Hub, Locale } from "../operations/hub.ts";
import { identifyPartner } from "../operations/partner/identify.ts";
import type { Plans, RunStatement } from "../operations/read/reader.ts";
import { AccessChain } from "../operations/registry/access-chain.ts";
import { RegistryAnswers } from "../operations/registry/answers.ts";
import { RegistryReads } from "../operations/registry/reads.ts";
import { identify, visitor } from "../operations/session/identify.ts";
import type { Tokens } from "./tokens.ts";

/** What a request shows of who sends it, over whichever transport. */
export interface Credentials {
  /** Secret of the session's cookie. */
  readonly session?: string | undefined;
  /** A partner's access token. */
  readonly bearer?: string | undefined;
  /** Where it comes from. */
  readonly address: string;
  readonly locale: Locale;
}

export interface HubDeps {
  readonly orm: MikroORM;
  readonly run: RunStatement;
  readonly plans: Plans;
  readonly bus: Bus;
  readonly connectors: Connectors;
  readonly administration: AdministrationInfo;
  readonly tokens: Tokens;
  readonly publicUrl: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the hub of each request. */
export interface Hubs {
  /** The hub of a request. Throws `SESSION_EXPIRED` or `INVALID_TOKEN` when what was shown is not good any more. */
  open(credentials: Credentials, signal: AbortSignal): Promise<Hub>;
}

/** Puts together what requests use; everything that lasts comes in here once. */
export function createHubs(deps: HubDeps): Hubs {
  const { orm, run, administration, clock, secret, tokens } = deps;
  const answers = new RegistryAnswers(new AccessChain(administration.id, (statement, values) => orm.em.getConnection().execute(statement, values), clock));
  const pseudonym = (fiscalCode: string): string => createHmac("sha256", secret).update(fiscalCode).digest("base64url");

  const callerOf = async ({ session, bearer, address }: Credentials, signal: AbortSignal): Promise<Caller> => {
    const now = clock.now();
    if (bearer !== undefined) {
      const token = await tokens.verify(bearer);
      const partner = token && (await identifyPartner(run, token, administration.id, now, signal));
      if (!partner) throw new HubError("INVALID_TOKEN", "the token is not valid");
      return partner;
    }
    if (session === undefined) return visitor(address);
    const found = await identify(run, { administrationId: administration.id, secret: session, now, pseudonym, signal });
    if (!found) throw new HubError("SESSION_EXPIRED", "the session has ended");
    if (found.stale) await orm.em.fork().nativeUpdate(Session, { id: found.sessionId }, { seenAt: now });
    return found.caller;
  };

  return {
    async open(credentials, signal) {
      const caller = await callerOf(credentials, signal);
      let em: EntityManager | undefined;
      return {
        caller, administration, plans: deps.plans, connectors: deps.connectors, bus: deps.bus, registry: new RegistryReads(answers), pseudonym, clock, log: deps.log,
        publicUrl: deps.publicUrl, locale: credentials.locale, requestId: opaqueId(), signal,
        get em() {
          return (em ??= orm.em.fork() as EntityManager);
        },
      };
    },
  };
}
