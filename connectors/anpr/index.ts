import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { SourceRefused, Unreadable, createHttp, createUpstream, type FinishedCall } from "../upstream.ts";
import { withOnly } from "../registry/person.ts";
import { many } from "../registry/words.ts";
import { halfOf, header, positive } from "./answer.ts";
import { readCredential } from "./credential.ts";
import { failureOfFault } from "./faults.ts";
import { personSchema } from "./person.ts";
import { connectionRequest, personRequest, type Criteria, type Message } from "./request.ts";
import type { DataSet, Registry, RegistryAnswer, RegistryCall, RegistryPerson } from "./registry.ts";
import { createSecurity } from "./security.ts";
import { openService, type Ask, type Exchange } from "./service.ts";
import { registrySettings, type RegistrySettingsInput } from "./settings.ts";

export type * from "./registry.ts";
export { registrySettings, type RegistrySettings, type RegistrySettingsInput } from "./settings.ts";

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
 * credentials are read once, here; throws when they cannot be. One breaker guards all operations.
 */
export async function openRegistry(input: RegistrySettingsInput, { clock, log, onCall }: RegistryDeps): Promise<Registry> {
  const settings = registrySettings.parse(input);
  const { certificate } = readCredential(settings.key, settings.certificate);
  const security = await createSecurity(settings, clock);
  const http = createHttp({ tls: { key: settings.key, cert: settings.certificate, ...(settings.authority ? { ca: settings.authority } : {}) } });
  const upstream = createUpstream({ source: "ANPR", deadlineMs: settings.deadlineMs, clock, log });
  if (onCall) upstream.onCall(onCall);
  const service = (wsdl: string, operation: string, path: string) =>
    openService({ wsdl, operation, endpoint: settings.url.replace(/\/$/, "") + path, http, security });
  const consult = await service("consultation.wsdl", "interrogazioneCittadino_famiglia_convivenza", "/ANPR3000ServiziConsultazione/AnprService3000");
  const testConnection = await service("connection.wsdl", "testConnessione", "/ANPRTestConn/TestConn");

  /** One exchange: a fault is named here, inside the guard, so that a passing one is asked again. */
  const exchange = (ask: Ask, message: Message) => async (signal: AbortSignal): Promise<unknown> => {
    const seen: Exchange = {};
    try {
      return await ask(message, seen, signal);
    } catch (error) {
      const fault = failureOfFault(error, { now: clock.now(), theirDate: seen.theirDate, certificate, production: settings.environment === "PROD" });
      // What the library cannot make out of an envelope is outside the contract; before there was one, the network failed.
      throw fault ?? (seen.answered ? new Unreadable("NOT_IN_CONTRACT") : error);
    }
  };

  const people = (operation: string, criteria: Criteria, dataSets: readonly DataSet[], call: RegistryCall): Promise<RegistryAnswer<readonly RegistryPerson[]>> => {
    const message = personRequest(settings, criteria, dataSets, call, clock.now());
    const ask = exchange(consult, message);
    return upstream.call(
      { operation, kind: "read", parse: half => readPeople(half as ReturnType<typeof halfOf>, call.operationId, clock.now()), ...(call.signal ? { signal: call.signal } : {}) },
      async signal => halfOf(await ask(signal), "Risposta3002_OK"),
    );
  };

  return {
    person: async (fiscalCode, dataSets, call) => only(await people("person", { by: "FISCAL_CODE", fiscalCode }, dataSets, call)),
    personById: async (registryId, dataSets, call) => only(await people("personById", { by: "REGISTRY_ID", registryId }, dataSets, call)),
    async household(householdId, dataSets, call) {
      const { value, ...provenance } = await people("household", { by: "HOUSEHOLD", householdId }, [], call);
      return { value: value && value.map(member => withOnly(member, dataSets)), ...provenance };
    },
    search: (search, dataSets, call) => people("search", { by: "NAME", ...search }, dataSets, call),
    async ping({ operationId, signal }) {
      const message = connectionRequest(settings, operationId, clock.now());
      await upstream.call({ operation: "ping", kind: "read", parse: raw => connected.parse(raw), ...(signal ? { signal } : {}) }, exchange(testConnection, message));
    },
    health: upstream.health,
  };
}

function readPeople(half: ReturnType<typeof halfOf>, operationId: string, readAt: Date): RegistryAnswer<readonly RegistryPerson[]> {
  const answer = "nobody" in half ? half.nobody : answered.parse(half.positive);
  // An answer to another question must never be taken for ours.
  z.literal(operationId).parse(answer.testataRisposta.idOperazioneComune);
  const found = "listaSoggetti" in answer ? (answer.listaSoggetti?.datiSoggetto ?? []) : [];
  const remarks = "listaErrori" in answer ? answer.listaErrori : answer.listaAnomalie;
  return {
    value: found.length > 0 ? found.map(({ person }) => person) : null,
    registryOperationId: answer.testataRisposta.idOperazioneANPR ?? null,
    readAt,
    warnings: [...new Set([...remarks.map(({ code }) => code), ...found.flatMap(({ remarks: codes }) => codes)])],
  };
}

/** The one person of an answer about one person. Throws `SourceRefused`, `AMBIGUOUS`, when there are more. */
function only({ value, ...provenance }: RegistryAnswer<readonly RegistryPerson[]>): RegistryAnswer<RegistryPerson> {
  if (value && value.length > 1) throw new SourceRefused("ANPR", "AMBIGUOUS", undefined, { hits: value.length });
  return { value: value?.[0] ?? null, ...provenance };
}
