import type { EntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../entities/application-event.ts";
import type { Application } from "../../entities/application.ts";
import type { CheckKind } from "../../entities/registry-check.ts";
import type { Service } from "../../entities/service.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { dueDate } from "../../rules/legal-clock.ts";
import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";
import { nextNumber } from "../next-number.ts";
import { openChecks } from "../verification/begin.ts";

/** What it takes to register an application, whoever hands it in. */
export type Registering = Pick<Hub, "administration" | "clock" | "jobs">;

interface Entry {
  readonly application: Application;
  readonly service: Service;
  /** What is to be looked up in the registry. */
  readonly checks: readonly CheckKind[];
  /** Who hands it in; nobody where its payment does. */
  readonly by?: Actor;
}

/** Enters an application: number in the register, due date, checks, and the event that tells of it. Part of the transaction that hands it in. */
export async function register(hub: Registering, em: EntityManager, { application, service, checks, by }: Entry): Promise<void> {
  const { administration, clock } = hub;
  const at = clock.now();
  const submittedOn = dayInRome(at);
  const { terms } = administration.settings;
  const term = service.timeLimitDays === null || service.timeLimitDays === undefined ? { days: terms.proceedingDays, source: null } : { days: service.timeLimitDays, source: service.timeLimitSource ?? null };
  const due = dueDate({ submittedOn, term, suspension: null }, { municipality: administration.cadastralCode, restDays: terms.restDays });
  const year = Number(submittedOn.slice(0, 4));
  const number = Number(await nextNumber(em, `${administration.id}/protocol/${year}`));
  application.submit({ year, number, at, dueOn: due.dueDate, dueSteps: due.explanation.map(({ code, on, text, source }) => ({ code, on, text, source })), by });
  await openChecks(hub, em, application, checks);
  recordEvent(hub, em, { kind: "APPLICATION_SUBMITTED", ...aboutOf(application) });
}

/** Lets the office begin: nothing is due, or it is paid. */
export function begin(hub: Pick<Hub, "administration" | "clock">, em: EntityManager, application: Application): void {
  application.start(hub.clock.now());
  recordEvent(hub, em, { kind: "APPLICATION_STARTED", ...aboutOf(application) });
}

const aboutOf = ({ id, citizen, office }: Application) => ({ subjectId: id, citizenId: citizen.id, officeId: office.id });
