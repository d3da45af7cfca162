import type { Clock } from "../../../kernel/clock.ts";
import type { Log } from "../../../kernel/log.ts";
import type { RegistryCall } from "../../anpr/registry.ts";
import { SourceRefused, createHttp, createUpstream, failureOfStatus, type FinishedCall, type SourceHealth } from "../../upstream.ts";
import { openExchange, type ModiAnswer } from "../gateway.ts";
import type { PdndSettings } from "../settings.ts";
import { openSigner } from "../signer.ts";
import { openVouchers } from "../voucher.ts";
import { assertAnswer, readAnswer, type Entry } from "./answer.ts";
import { eServices, type EService } from "./e-services.ts";
import { registryRequest, type Criteria, type Message } from "./request.ts";

/** What one e-service told; `value` is null when it found nobody. */
export interface Told<T> {
  readonly value: T | null;
  readonly registryOperationId: string | null;
  readonly warnings: readonly string[];
}

export interface Question {
  readonly service: EService;
  readonly criteria: Criteria;
  /** What is stated, for e-services that answer yes or no. */
  readonly verifica?: Message | undefined;
}

/** The registry's e-services, one question at a time. */
export interface RegistryClient {
  /** Asks, and reads the people of the answer (at least one). Throws as `Registry` does. */
  ask<T>(question: Question, call: RegistryCall, read: (people: readonly Entry[]) => T): Promise<Told<T>>;
  /** Asks an e-service how it is. */
  status(service: EService, signal: AbortSignal | undefined): Promise<void>;
  /** Of the registry or, while that is down, of PDND's token server: without vouchers nobody gets there. */
  health(): SourceHealth;
}

/** Opens the e-services with one key and one breaker. Throws when the key cannot be used. */
export async function openClient(settings: PdndSettings, { clock, log, onCall }: { clock: Clock; log: Log; onCall?: (call: FinishedCall) => void }): Promise<RegistryClient> {
  const signer = await openSigner(settings, clock);
  const heard = onCall ? { onCall } : {};
  const vouchers = openVouchers({ tokenUrl: settings.tokenUrl, deadlineMs: settings.voucherDeadlineMs, signer, http: createHttp({ maxAnswerBytes: 65_536 }), clock, log, ...heard });
  const exchange = openExchange({ signer, vouchers, http: createHttp(settings.authority ? { tls: { ca: settings.authority } } : {}), clock });
  const upstream = createUpstream({ source: "ANPR", deadlineMs: settings.deadlineMs, clock, log });
  if (onCall) upstream.onCall(onCall);
  const ourselves = { ...settings.user, assurance: null };

  const addressOf = (service: EService) => {
    const [place, name] = [`/${service}-${eServices[service]}/v1`, settings.registryUrl.replace(/-PDND$/, "")];
    return { url: settings.registryUrl + place, audience: name + place, purposeId: purposeOf(settings, service) };
  };

  return {
    ask(question, call, read) {
      const request = { ...addressOf(question.service), path: "/anpr-service-e002", user: call.user ?? ourselves, body: registryRequest(question.service, question.criteria, call, question.verifica) };
      return upstream.call({ operation: question.service, kind: "read", parse: raw => told(raw as ModiAnswer, read), ...(call.signal ? { signal: call.signal } : {}) }, async signal => {
        const answer = await exchange(request, signal);
        assertAnswer(answer);
        return answer;
      });
    },
    async status(service, signal) {
      const request = { ...addressOf(service), path: "/status", user: ourselves };
      await upstream.call({ operation: "ping", kind: "read", parse: () => undefined, ...(signal ? { signal } : {}) }, async inTime => {
        const answer = await exchange(request, inTime);
        if (answer.status >= 300) throw failureOfStatus("ANPR", answer.status);
      });
    },
    health() {
      const [registry, tokens] = [upstream.health(), vouchers.health()];
      return registry.status !== "DOWN" && tokens.status === "DOWN" ? tokens : registry;
    },
  };
}

function told<T>(answer: ModiAnswer, read: (people: readonly Entry[]) => T): Told<T> {
  const { people, ...rest } = readAnswer(answer);
  return { value: people.length > 0 ? read(people) : null, ...rest };
}

/** The purpose under which an e-service may be asked. Throws `SourceRefused`, `UNSUPPORTED`, when there is none. */
export function purposeOf({ purposes }: PdndSettings, service: EService): string {
  const purpose = purposes[service];
  if (purpose === undefined) throw new SourceRefused("ANPR", "UNSUPPORTED", `NO_PURPOSE_${service}`);
  return purpose;
}
