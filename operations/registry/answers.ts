import { SourceUnavailable } from "../../connectors/upstream.ts";
import type { RegistryCall } from "../../connectors/anpr/index.ts";
import type { ReadOutcome } from "../../entities/access-record.ts";
import type { AccessChain } from "./access-chain.ts";
import { OnlyLastKnown, type Provenance, type Read } from "./read.ts";
import type { RegistryReader } from "./reader.ts";
import { accessEntry, alsoRead, outcomeEntry, outcomeOf, type Access } from "./record-access.ts";

/** One question to the registry. */
export interface Question<Value> extends Access {
  /** What is asked about whom, without naming them: equal questions of one caller for one purpose are one. */
  readonly what: string;
  ask(call: Pick<RegistryCall, "operationId" | "signal">): Promise<{ readonly value: Value | null; readonly readAt: Date }>;
  /** The fiscal codes of others about whom the answer tells. */
  readonly others?: (value: Value) => readonly string[];
  /** What came of it when something was found; FOUND when left out. */
  readonly outcome?: (value: Value) => ReadOutcome;
  /** Whether it must not be done twice: a repeat for the same case then goes under the number of the first try. */
  readonly again?: boolean;
}

interface Underway {
  readonly answer: Promise<Read<unknown>>;
  readonly abandoned: AbortController;
  waiting: number;
}

/** The most answers that are kept: past it the oldest go. */
const keptAnswers = 10_000;

/**
 * What the registry was asked and said, as this process knows it: every question is recorded before it is asked, equal
 * ones under way are one, and where the administration allows it an answer is shown again for a while.
 *
 * An answer is private to the caller and the purpose for which it was given, kept in memory alone, and dropped when its
 * time is over. Showing it again is recorded like any other read.
 */
export class RegistryAnswers {
  private readonly kept = new Map<string, Read<unknown>>();
  private readonly underway = new Map<string, Underway>();

  constructor(private readonly chain: AccessChain) {}

  /** The answer to a question: kept, under way, or asked for now. Throws as the registry does; `OnlyLastKnown` when it is down and an earlier answer may be shown. */
  async get<Value>(hub: RegistryReader, question: Question<Value>): Promise<Read<Value>> {
    hub.signal.throwIfAborted();
    const key = keyOf(hub, question);
    const kept = this.keptFor<Value>(hub, key, hub.administration.settings.registry.cacheSeconds);
    if (kept) return this.showAgain(hub, question, kept, "CACHED");
    const underway = this.underway.get(key) ?? this.start(hub, question, key);
    return this.join(underway, key, hub.signal) as Promise<Read<Value>>;
  }

  /** Passes a failure on: with what is last known of the question, when the registry is down and the administration allows it. */
  async failWithLastKnown<Value>(hub: RegistryReader, question: Question<Value>, failure: unknown): Promise<never> {
    const known = failure instanceof SourceUnavailable ? this.keptFor<Value>(hub, keyOf(hub, question), hub.administration.settings.registry.lastKnownSeconds ?? 0) : undefined;
    if (!known) throw failure;
    throw new OnlyLastKnown(failure as SourceUnavailable, await this.showAgain(hub, question, known, "STALE"));
  }

  private start<Value>(hub: RegistryReader, question: Question<Value>, key: string): Underway {
    const abandoned = new AbortController();
    const answer = this.ask(hub, question, key, abandoned.signal).finally(() => this.forget(key, underway));
    const underway: Underway = { answer, abandoned, waiting: 0 };
    this.underway.set(key, underway);
    return underway;
  }

  /** Waits for an answer under way. When nobody waits any more, the question is called off. */
  private async join(underway: Underway, key: string, signal: AbortSignal): Promise<Read<unknown>> {
    underway.waiting += 1;
    const leave = () => {
      underway.waiting -= 1;
      if (underway.waiting > 0) return;
      this.forget(key, underway);
      underway.abandoned.abort(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await underway.answer;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  private forget(key: string, underway: Underway): void {
    if (this.underway.get(key) === underway) this.underway.delete(key);
  }

  private async ask<Value>(hub: RegistryReader, question: Question<Value>, key: string, signal: AbortSignal): Promise<Read<Value>> {
    // The trace comes before the read: whatever happens then, nobody read unseen.
    const access = { ...accessEntry(hub, question), ...(question.again ? { again: true } : {}) };
    const [appended] = await this.chain.append(access);
    const { operationId } = appended!;
    const answer = await question.ask({ operationId, signal }).catch(async (error: unknown) => {
      await this.chain.append(outcomeEntry(access, outcomeOf(error)));
      return this.failWithLastKnown(hub, question, error);
    });
    const { value, readAt } = answer;
    const found = value === null ? [outcomeEntry(access, "NOT_FOUND")] : [outcomeEntry(access, question.outcome?.(value) ?? "FOUND"), ...this.others(hub, question, value, operationId)];
    await this.chain.append(...found);
    const read: Read<Value> = { value, provenance: { source: "ANPR", readAt: readAt.toISOString(), freshness: "LIVE", operationId, purpose: question.purpose.kind } };
    this.keep(hub, key, read);
    return read;
  }

  private async showAgain<Value>(hub: RegistryReader, question: Question<Value>, read: Read<Value>, freshness: Provenance["freshness"] & ReadOutcome): Promise<Read<Value>> {
    const { operationId } = read.provenance;
    const entry = { ...accessEntry(hub, question), operationId };
    await this.chain.append(entry, outcomeEntry(entry, freshness), ...(read.value === null ? [] : this.others(hub, question, read.value, operationId)));
    return { ...read, provenance: { ...read.provenance, freshness } };
  }

  private others<Value>(hub: RegistryReader, question: Question<Value>, value: Value, operationId: string) {
    return alsoRead(hub, question.others?.(value) ?? [], question, operationId);
  }

  private keptFor<Value>(hub: RegistryReader, key: string, seconds: number): Read<Value> | undefined {
    const read = this.kept.get(key) as Read<Value> | undefined;
    return read && hub.clock.now().getTime() - Date.parse(read.provenance.readAt) < seconds * 1_000 ? read : undefined;
  }

  private keep(hub: RegistryReader, key: string, read: Read<unknown>): void {
    const { cacheSeconds, lastKnownSeconds = 0 } = hub.administration.settings.registry;
    const seconds = Math.max(cacheSeconds, lastKnownSeconds);
    if (seconds === 0 || read.value === null) return;
    this.kept.set(key, read);
    setTimeout(() => { if (this.kept.get(key) === read) this.kept.delete(key); }, seconds * 1_000).unref();
    const oldest = this.kept.size > keptAnswers ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
  }
}

const keyOf = ({ caller }: RegistryReader, { what, dataSets, purpose }: Pick<Question<unknown>, "what" | "dataSets" | "purpose">): string => JSON.stringify([caller.key, purpose.kind, purpose.reference, what, dataSets]);
