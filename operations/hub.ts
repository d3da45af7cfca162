import type { EntityManager } from "@mikro-orm/postgresql";
import type { AdministrationSettings } from "../entities/administration.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Connectors } from "../connectors/index.ts";
import type { Allowance } from "./allowance.ts";
import type { Caller } from "./caller.ts";
import type { Plans } from "./read/reader.ts";
import type { Bus } from "./event/bus.ts";
import type { Print } from "../paper/paper.ts";
import type { Jobs } from "./job.ts";
import type { RegistryReads } from "./registry/reads.ts";

/** The administration whose counter this is. */
export interface AdministrationInfo {
  readonly id: string;
  readonly ipaCode: string;
  readonly fiscalCode: string;
  readonly name: string;
  readonly istatCode: string;
  readonly cadastralCode: string;
  readonly province: string;
  /** Whom identity providers and citizens may write to or call; no natural person's. */
  readonly contact: { readonly email: string; readonly phone: string };
  readonly settings: AdministrationSettings;
}

/** What one request (or one delivery of a subscription) may use. Built by the server, passed down, never imported. */
export interface Hub {
  readonly caller: Caller;
  readonly administration: AdministrationInfo;
  /** A unit of work of this request's own; made when first touched, for reads need none. */
  readonly em: EntityManager;
  readonly plans: Plans;
  readonly connectors: Connectors;
  readonly bus: Bus;
  /** Takes on what is to be done after the present change. */
  readonly jobs: Jobs;
  /** Draws documents as PDF, beside the thread that answers. */
  readonly print: Print;
  readonly registry: RegistryReads;
  /** Where the hub is reached from outside, without a slash at the end. */
  readonly publicUrl: string;
  /** A keyed hash of a fiscal code: finds what is about somebody without naming them. */
  readonly pseudonym: (fiscalCode: string) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly locale: Locale;
  /** Names the request in answers and logs. */
  readonly requestId: string;
  /** What the operation cost its caller and what is left to them; known from the moment it is admitted. */
  allowance?: Allowance;
  /** Ends the request's outside calls and statements: its deadline, or its client gone. */
  readonly signal: AbortSignal;
}

/** Languages in which the hub speaks to people. */
export type Locale = "it" | "en";
