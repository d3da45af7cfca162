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
import type { JobHub, Jobs } from "../operations/job.ts";
import type { Print } from "../paper/paper.ts";
import { identifyPartner } from "../operations/partner/identify.ts";
import type { Plans, RunStatement } from "../operations/read/reader.ts";
import type { RunChange } from "../operations/run-change.ts";
import { AccessChain } from "../operations/registry/access-chain.ts";
import { RegistryAnswers } from "../operations/registry/answers.ts";
import { RegistryReads } from "../operations/registry/reads.ts";
import { identify, identifyToken, visitor, type Identified } from "../operations/session/identify.ts";
import { hashOfSecret } from "../operations/session/secret.ts";
import type { AccessWatch } from "./events/access.ts";
import { rememberIdentified } from "./identified.ts";
import { artifactId } from "./oidc/adapter.ts";
import type { CheckProof, Proof } from "./oidc/proof.ts";
import type { Tokens } from "./tokens.ts";

/** An access token, and whether it was shown as one that is bound to a key (`DPoP`) or good for whoever bears it (`Bearer`). */
export interface ShownToken {
  readonly value: string;
  readonly bound: boolean;
}

/** What a request shows of who sends it, over whichever transport. */
export interface Credentials {
  /** Secret of the session's cookie. */
  readonly session?: string | undefined;
  /** A partner's access token, or that of a citizen's app. */
  readonly token?: ShownToken | undefined;
  /** Proof that whoever shows the token holds its key. */
  readonly proof?: Proof | undefined;
  /** Where it comes from. */
  readonly address: string;
  readonly locale: Locale;
}

export interface HubDeps {
  readonly orm: MikroORM;
  readonly run: RunStatement;
  /** Changes that are one statement, each a transaction of its own. */
  readonly change: RunChange;
  readonly plans: Plans;
  readonly bus: Bus;
  readonly connectors: Connectors;
  readonly jobs: Jobs;
  readonly print: Print;
  readonly administration: AdministrationInfo;
  readonly tokens: Tokens;
  /** Says whether the holder of a bound token holds its key too. */
  readonly checkProof: CheckProof;
  readonly access: AccessWatch;
  readonly publicUrl: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the hub of each request. */
export interface Hubs {
  /**
   * The hub of a request. Throws `SESSION_EXPIRED` or `INVALID_TOKEN` when what was shown is not good any more; with
   * `lately`, of a session, or the token of an app, that may be what was good within the last second.
   */
  open(credentials: Credentials, signal: AbortSignal, options?: { readonly lately?: boolean }): Promise<Hub>;
  /** The hub of one try of a job. */
  forJob(signal: AbortSignal): JobHub;
  /**
   * Has looked at anew whose access the mutation of a caller may have changed: a citizen's their own, however they came; of
   * staff, who decide who may act for whom, everybody's. Without a caller, everybody's.
   */
  forget(by?: Caller): void;
}

/** Puts together what requests use; everything that lasts comes in here once. */
export function createHubs(deps: HubDeps): Hubs {
  const { orm, run, administration, clock, secret, tokens } = deps;
  const answers = new RegistryAnswers(new AccessChain(administration.id, deps.change, clock));
  const memory = rememberIdentified(deps.access, clock);
  const pseudonym = (fiscalCode: string): string => createHmac("sha256", secret).update(fiscalCode).digest("base64url");

  const byPartnerToken = async ({ value, bound }: ShownToken, signal: AbortSignal): Promise<Caller | null> => {
    // None of these is bound to a key (RFC 9449, 7.1).
    const token = bound ? null : await tokens.verify(value);
    return token && identifyPartner(run, token, administration.id, clock.now(), signal);
  };

  // A proof is good once. What it came with may be looked at again: a socket is, as long as it is open.
  const proven = new WeakSet<Credentials>();
  const isProven = async (credentials: Credentials, { value, bound }: ShownToken, proofKey: string | null): Promise<boolean> => {
    if (proofKey === null || !bound) return proofKey === null && !bound;
    if (proven.has(credentials)) return true;
    const { proof } = credentials;
    if (!proof || !(await deps.checkProof(proof, value, proofKey))) return false;
    proven.add(credentials);
    return true;
  };

  const byClientToken = async (credentials: Credentials, token: ShownToken, signal: AbortSignal, lately: boolean): Promise<Caller | null> => {
    const tokenHash = artifactId("AccessToken", token.value);
    const find = () => identifyToken(run, { administrationId: administration.id, tokenHash, now: clock.now(), pseudonym, signal });
    const found = await (lately ? memory.of(tokenHash, find) : find());
    if (!found || !(await isProven(credentials, token, found.proofKey))) return null;
    return seen(found);
  };

  const seen = async ({ caller, sessionId, stale }: Identified): Promise<Caller> => {
    if (stale) await orm.em.fork().nativeUpdate(Session, { id: sessionId }, { seenAt: clock.now() });
    return caller;
  };

  const callerOf = async (credentials: Credentials, signal: AbortSignal, lately: boolean): Promise<Caller> => {
    const { session, token, address } = credentials;
    if (token !== undefined) {
      // Partners' tokens are signed texts with dots in them, those of apps are not.
      const caller = await (token.value.includes(".") ? byPartnerToken(token, signal) : byClientToken(credentials, token, signal, lately));
      if (!caller) throw new HubError("INVALID_TOKEN", "the token is not valid");
      return caller;
    }
    if (session === undefined) return visitor(address);
    const find = () => identify(run, { administrationId: administration.id, secret: session, now: clock.now(), pseudonym, signal });
    const found = await (lately ? memory.of(hashOfSecret(session), find) : find());
    if (!found) throw new HubError("SESSION_EXPIRED", "the session has ended");
    return seen(found);
  };

  /** What requests and jobs have alike. */
  const common = (signal: AbortSignal): JobHub => {
    let em: EntityManager | undefined;
    return {
      administration, plans: deps.plans, connectors: deps.connectors, bus: deps.bus, jobs: deps.jobs, print: deps.print, registry: new RegistryReads(answers), pseudonym, clock, log: deps.log,
      publicUrl: deps.publicUrl, requestId: opaqueId(), signal,
      get em() {
        return (em ??= orm.em.fork() as EntityManager);
      },
    };
  };

  return {
    forget(by) {
      if (!by || by.kind === "staff") memory.clear();
      else if (by.kind === "citizen") memory.forget((by.acting?.by ?? by).citizenId);
    },
    forJob: common,
    async open(credentials, signal, { lately = false } = {}) {
      const caller = await callerOf(credentials, signal, lately);
      return Object.assign(common(signal), { caller, locale: credentials.locale });
    },
  };
}
