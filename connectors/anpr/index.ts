import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { SourceRefused, createUpstream, type FinishedCall, type Upstream } from "../upstream.ts";
import { withOnly } from "../registry/person.ts";
import { many } from "../registry/words.ts";
import { answerOf, halfOf, header, positive, type Half } from "./answer.ts";
import { openLine } from "./line.ts";
import { openOffice } from "./office-services.ts";
import type { RegistryOffice } from "./office.ts";
import { personSchema } from "./person.ts";
import { connectionRequest, personRequest, type Criteria } from "./request.ts";
import type { DataSet, Registry, RegistryAnswer, RegistryCall, RegistryPerson } from "./registry.ts";
import { registrySettings, type RegistrySettingsInput } from "./settings.ts";

export type * from "./office.ts";
export type * from "./registry.ts";
export type { RegistrySettingsInput } from "./settings.ts";

export interface RegistryDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every finished call, for metrics. */
  readonly onCall?: (call: FinishedCall) => void;
}

const answered = positive({ listaSoggetti: z.object({ datiSoggetto: many(personSchema) }).nullish() });
const connected = z.object({ testataRisposta: header });

/**
 * Opens the residents' registry (ANPR) for one administration, over its SOAP services for municipalities. Contracts and
 * credentials are read once, here; throws when they cannot be. One breaker guards the questions about people, another
 * what the registry office asks.
 */
export async function openRegistry(input: RegistrySettingsInput, { clock, log, onCall }: RegistryDeps): Promise<Registry & RegistryOffice> {
  const settings = registrySettings.parse(input);
  const line = await openLine(settings, clock);
  const guard = (deadlineMs: number): Upstream => {
    const upstream = createUpstream({ source: "ANPR", deadlineMs, clock, log });
    if (onCall) upstream.onCall(onCall);
    return upstream;
  };
  const upstream = guard(settings.deadlineMs);
  const consult = await line.open("consultation.wsdl", "interrogazioneCittadino_famiglia_convivenza", "/ANPR3000ServiziConsultazione/AnprService3000");
  const testConnection = await line.open("connection.wsdl", "testConnessione", "/ANPRTestConn/TestConn");
  const office = await openOffice(line, settings, guard(settings.officeDeadlineMs), clock);

  const people = (operation: string, criteria: Criteria, dataSets: readonly DataSet[], call: RegistryCall): Promise<RegistryAnswer<readonly RegistryPerson[]>> => {
    const message = personRequest(settings, criteria, dataSets, call, clock.now());
    return upstream.call(
      { operation, kind: "read", parse: half => readPeople(half as Half, call.operationId, clock.now()), ...(call.signal ? { signal: call.signal } : {}) },
      async signal => halfOf(await consult(message, signal), "Risposta3002_OK"),
    );
  };

  return {
    ...office,
    person: async (fiscalCode, dataSets, call) => only(await people("person", { by: "FISCAL_CODE", fiscalCode }, dataSets, call)),
    personById: async (registryId, dataSets, call) => only(await people("personById", { by: "REGISTRY_ID", registryId }, dataSets, call)),
    async household(householdId, dataSets, call) {
      const { value, ...provenance } = await people("household", { by: "HOUSEHOLD", householdId }, [], call);
      return { value: value && value.map(member => withOnly(member, dataSets)), ...provenance };
    },
    search: (search, dataSets, call) => people("search", { by: "NAME", ...search }, dataSets, call),
    async ping({ operationId, signal }) {
      const message = connectionRequest(settings, operationId, clock.now());
      await upstream.call({ operation: "ping", kind: "read", parse: raw => connected.parse(raw), ...(signal ? { signal } : {}) }, inner => testConnection(message, inner));
    },
    health: upstream.health,
  };
}

function readPeople(half: Half, operationId: string, readAt: Date): RegistryAnswer<readonly RegistryPerson[]> {
  const found: z.infer<typeof personSchema>[] = [];
  const answer = answerOf(half, operationId, readAt, answered, ({ listaSoggetti }) => {
    found.push(...(listaSoggetti?.datiSoggetto ?? []));
    return found.length > 0 ? found.map(({ person }) => person) : null;
  });
  return { ...answer, warnings: [...new Set([...answer.warnings, ...found.flatMap(({ remarks }) => remarks)])] };
}

/** The one person of an answer about one person. Throws `SourceRefused`, `AMBIGUOUS`, when there are more. */
function only({ value, ...provenance }: RegistryAnswer<readonly RegistryPerson[]>): RegistryAnswer<RegistryPerson> {
  if (value && value.length > 1) throw new SourceRefused("ANPR", "AMBIGUOUS", undefined, { hits: value.length });
  return { value: value?.[0] ?? null, ...provenance };
}
