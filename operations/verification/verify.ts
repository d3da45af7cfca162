import { SourceUnavailable } from "../../connectors/upstream.ts";
import { Application } from "../../entities/application.ts";
import { type CheckReason, type CheckVerdict, RegistryCheck } from "../../entities/registry-check.ts";
import { readFiscalCode } from "../../rules/fiscal-code.ts";
import { recordEvent } from "../event/record.ts";
import type { Job, JobHub } from "../job.ts";
import { forUpdate } from "../once.ts";
import { automatic } from "../registry/reader.ts";
import { askRegistry } from "./ask.ts";

/**
 * Asks the registry what is still open of an application, all at once, and writes down what came of it. Each check is
 * decided once, whoever else is at it. Throws the first failure of the registry, when the rest is written down.
 */
export async function verifyApplication(hub: JobHub, applicationId: string, signal: AbortSignal = hub.signal): Promise<void> {
  const em = hub.em.fork();
  const application = await em.findOneOrFail(Application, { id: applicationId, administration: hub.administration.id }, { populate: ["office", "citizen"] });
  const pending = await em.find(RegistryCheck, { application: applicationId, state: "PENDING" });
  if (pending.length === 0) return;
  const ask = asker(hub, application, signal);
  const answers = await Promise.allSettled(pending.map(async check => [check.id, await ask(check)] as const));
  await writeDown(hub, applicationId, new Map(answers.flatMap(answer => (answer.status === "fulfilled" ? [answer.value] : []))));
  const failed = answers.find(answer => answer.status === "rejected");
  if (failed) throw failed.reason;
}

/** Looks up later what an application rests on, as soon as the registry answers. */
export const verifyLater: Job = {
  name: "verify-application",
  async perform(hub, applicationId) {
    if (registryIsDown(hub)) return askAgain(hub, applicationId);
    try {
      await verifyApplication(hub, applicationId);
    } catch (error) {
      // An outage is no fault of the job's: it waits for its end in its own pace. Anything else is an alarm, and tried again as all jobs are.
      if (!(error instanceof SourceUnavailable)) throw error;
      await askAgain(hub, applicationId);
    }
  },
};

/** Whether the registry is known not to answer now: then it is not asked, and nobody's register fills with questions that never left. */
function registryIsDown({ connectors, clock }: JobHub): boolean {
  const { status, retryAfter } = connectors.registry.health();
  return status === "DOWN" && retryAfter !== undefined && retryAfter > clock.now();
}

const [shortestWaitMs, longestWaitMs] = [15_000, 300_000];

/** Has what is open asked again: after a quarter of the time that it has waited already, at least 15 seconds and at most five minutes. */
async function askAgain({ em, jobs, clock }: JobHub, applicationId: string): Promise<void> {
  await em.fork().transactional(async inner => {
    const [check] = await inner.find(RegistryCheck, { application: applicationId, state: "PENDING" }, { orderBy: { askedAt: "asc" }, limit: 1 });
    if (!check) return;
    const now = clock.now().getTime();
    const waitMs = Math.min(Math.max((now - check.askedAt.getTime()) / 4, shortestWaitMs), longestWaitMs);
    await jobs.enqueue(inner, verifyLater, applicationId, new Date(now + waitMs));
  });
}

/** How the checks of an application are asked: not at all when there is nobody to ask about, or no case any more to ask for. */
function asker(hub: JobHub, application: Application, signal: AbortSignal): (check: RegistryCheck) => Promise<CheckVerdict> {
  const { state, office, citizen: { fiscalCode } } = application;
  const undecided = (reason: CheckReason) => () => Promise.resolve<CheckVerdict>({ state: "UNDECIDED", reason, provenance: null });
  if (state !== "SUBMITTED" && state !== "IN_PROGRESS") return undecided("CASE_CLOSED");
  if (!fiscalCode) return undecided("NO_FISCAL_CODE");
  if (isBody(fiscalCode)) return undecided("NOT_IN_REGISTRY");
  const reader = automatic(hub, verifyLater.name, signal);
  return ({ kind, reference }) => askRegistry(kind, {
    hub, reader, em: hub.em.fork(), application, fiscalCode,
    purpose: { kind: "APPLICATION", reference, text: "Verifica automatica della pratica", office: { id: office.id, name: office.name } },
  });
}

/** The registry is of people: it is not asked about companies and other bodies, whose applications their representatives hand in. */
function isBody(fiscalCode: string): boolean {
  const read = readFiscalCode(fiscalCode);
  return read.valid && read.kind === "BODY";
}

async function writeDown(hub: JobHub, applicationId: string, verdicts: ReadonlyMap<string, CheckVerdict>): Promise<void> {
  if (verdicts.size === 0) return;
  const now = hub.clock.now();
  await hub.em.fork().transactional(async em => {
    // Whoever else has verdicts waits here, and then finds nothing to decide.
    const application = await em.findOneOrFail(Application, applicationId, forUpdate);
    const pending = await em.find(RegistryCheck, { application: applicationId, state: "PENDING" });
    const decided = pending.filter(({ id }) => verdicts.has(id));
    for (const check of decided) check.decide(verdicts.get(check.id)!, now);
    if (decided.length === 0 || decided.length < pending.length) return;
    application.endVerification(now);
    recordEvent(hub, em, { kind: "APPLICATION_VERIFIED", subjectId: applicationId, citizenId: application.citizen.id, officeId: application.office.id });
  });
  hub.bus.announce();
}
