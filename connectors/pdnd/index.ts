import type { RegistryDeps } from "../anpr/index.ts";
import type { DataSet, Identity, PersonSearch, Registry, RegistryAnswer, RegistryCall, RegistryPerson } from "../anpr/registry.ts";
import { withOnly } from "../registry/person.ts";
import { SourceMalformed, SourceRefused } from "../upstream.ts";
import type { Entry } from "./anpr/answer.ts";
import { openClient, purposeOf, type Told } from "./anpr/client.ts";
import { chooseServices, eServiceCodes, eventual, type EService } from "./anpr/e-services.ts";
import { combined, onlyKnownAs, personFrom, readSubject, withHousehold, type Subject } from "./anpr/person.ts";
import type { Criteria } from "./anpr/request.ts";
import { statementIn, verdictIn, verifiers } from "./anpr/statement.ts";
import { pdndSettings, type PdndSettingsInput } from "./settings.ts";
import type { Verdict, Verifier } from "./verifier.ts";

export type * from "./verifier.ts";
export type { PdndSettingsInput } from "./settings.ts";

/** What the e-service about households tells of each member. */
const toldOfMembers = new Set<DataSet>(["IDENTITY", "HOUSEHOLD", "HOUSEHOLD_TIE", "DEATH"]);

/** Somebody as far as the question and the search for an identifier know them. */
type Sought = { readonly registryId: string; readonly fiscalCode?: string } | { readonly registryId?: undefined; readonly fiscalCode: string };

/**
 * Opens the residents' registry (ANPR) for one administration over its e-services on PDND. Throws when the settings or
 * the key cannot be used.
 *
 * Where the administration has a purpose for it (C030), a person is first looked up by fiscal code or name and then
 * asked about by the registry's identifier, as the decree of 3 March 2023 wants; else e-services are asked by fiscal
 * code. The fewest e-services are asked that tell the data sets, at once; if one fails, so does the answer. Operation
 * ids are 1–27 letters and digits here. What cannot be asked over PDND (identity cards, digital addresses,
 * cancellations, an e-service without purpose) is refused as `UNSUPPORTED` before anything is asked. A household has
 * no number here: `householdId` stands for a member of it.
 */
export async function openPdndRegistry(input: PdndSettingsInput, deps: RegistryDeps): Promise<Registry & Verifier> {
  const settings = pdndSettings.parse(input);
  const client = await openClient(settings, deps);
  const { purposes } = settings;
  const answer = <T>(value: T | null, told: readonly Told<unknown>[]): RegistryAnswer<T> => ({
    value,
    registryOperationId: told.flatMap(({ registryOperationId }) => registryOperationId ?? []).join(" ") || null,
    readAt: deps.clock.now(),
    warnings: [...new Set(told.flatMap(({ warnings }) => warnings))],
  });

  /** The registry's identifiers of whom the criteria mean. */
  const lookUp = (criteria: Criteria, call: RegistryCall) => client.ask({ service: "C030", criteria }, call, people => people.map(identifierOf));

  /** The one whom a fiscal code means, with what the look-up said of it. */
  async function find(fiscalCode: string, call: RegistryCall): Promise<{ readonly sought: Sought | null; readonly told: readonly Told<unknown>[] }> {
    if (!purposes.C030) return { sought: { fiscalCode }, told: [] };
    const found = await lookUp({ by: "FISCAL_CODE", fiscalCode }, call);
    const [registryId] = only(found.value ?? []);
    return { sought: registryId === undefined ? null : { registryId, fiscalCode }, told: [found] };
  }

  /** Asks the e-services about one person at once; the first that fails calls the others off. */
  async function tell(sought: Sought, services: readonly EService[], dataSets: readonly DataSet[], call: RegistryCall, before: readonly Told<unknown>[]): Promise<RegistryAnswer<RegistryPerson>> {
    const failed = new AbortController();
    const signal = AbortSignal.any([failed.signal, ...(call.signal ? [call.signal] : [])]);
    const asked = services.map(service => client.ask({ service, criteria: criteriaOf(sought) }, { ...call, signal }, people => partOf(service, people, sought)));
    const told = await Promise.all(asked).catch((error: unknown) => {
      failed.abort();
      throw error;
    });
    const parts = told.flatMap(({ value }) => value ?? []);
    const nobody = told.some(({ value }, index) => value === null && !eventual.has(services[index]!)) || (parts.length === 0 && sought.registryId === undefined);
    return answer(nobody ? null : wholeOf(parts, sought, dataSets), [...before, ...told]);
  }

  return {
    async person(fiscalCode, dataSets, call) {
      const asked = dataSets.length > 0 || purposes.C030 ? dataSets : (["IDENTITY"] as const);
      const services = chooseServices(asked, purposes);
      const { sought, told } = await find(fiscalCode, call);
      return sought ? tell(sought, services, asked, call, told) : answer<RegistryPerson>(null, told);
    },
    async personById(registryId, dataSets, call) {
      const asked = dataSets.length > 0 ? dataSets : (["IDENTITY"] as const);
      return tell({ registryId }, chooseServices(asked, purposes), asked, call, []);
    },
    async household(householdId, dataSets, call) {
      for (const dataSet of dataSets) if (!toldOfMembers.has(dataSet)) throw new SourceRefused("ANPR", "UNSUPPORTED", `NOT_OF_A_HOUSEHOLD_${dataSet}`);
      const told = await client.ask({ service: "C021", criteria: criteriaOf(soughtBy(householdId)) }, call, people => {
        const members = people.map(readSubject);
        return members.map(member => withOnly(withHousehold(personFrom(member), householdId, members), [...dataSets, "DEATH"]));
      });
      return answer(told.value, [told]);
    },
    async search(search, dataSets, call) {
      const services = chooseServices(dataSets, purposes);
      const found = await lookUp({ by: "NAME", ...search }, call);
      const [registryId, ...others] = found.value ?? [];
      if (registryId === undefined) return answer<readonly RegistryPerson[]>(null, [found]);
      if (others.length > 0) return answer([registryId, ...others].map(id => onlyKnownAs(id, searchedFor(search))), [found]);
      const { value, ...provenance } = await tell({ registryId }, services, dataSets, call, [found]);
      return { value: value && [value], ...provenance };
    },
    async verify({ fiscalCode, ...statement }, call) {
      const service = verifiers[statement.kind];
      purposeOf(settings, service);
      const verifica = statementIn(statement);
      const { sought, told } = await find(fiscalCode, call);
      if (!sought) return answer<Verdict>(null, told);
      const verdict = await client.ask({ service, criteria: criteriaOf(sought), verifica }, call, people => verdictIn(statement.kind, people));
      return answer(verdict.value, [...told, verdict]);
    },
    ping: ({ signal }) => client.status(purposes.C030 ? "C030" : eServiceCodes.find(code => purposes[code]) ?? "C030", signal),
    health: () => client.health(),
  };
}

/** What one e-service told about the person, and about everybody of the household where it is about that. */
interface Part {
  readonly own: Subject;
  readonly household: readonly Subject[];
}

function partOf(service: EService, people: readonly Entry[], sought: Sought): Part {
  const read = (service === "C021" ? people : only(people)).map(readSubject);
  const isOwn = ({ identificativi, generalita }: Subject) => (identificativi && sought.registryId ? identificativi.idANPR === sought.registryId : generalita?.fiscalCode === sought.fiscalCode);
  const own = (service === "C021" ? read.find(isOwn) : read[0]) ?? outside("datiSoggetto:person_missing");
  if (sought.registryId && own.identificativi && own.identificativi.idANPR !== sought.registryId) outside("identificativi:another_person");
  return { own, household: service === "C021" ? read : [] };
}

function wholeOf(parts: readonly Part[], { registryId, fiscalCode }: Sought, dataSets: readonly DataSet[]): RegistryPerson {
  const [first, ...others] = parts.map(({ own }) => own);
  if (!first) return onlyKnownAs(registryId ?? outside("identificativi:missing"), fiscalCode ? { fiscalCode } : {});
  const told = combined([first, ...others]);
  if (dataSets.includes("IDENTITY") && !told.generalita) outside("generalita:missing");
  const person = { ...personFrom(told, fiscalCode), ...(registryId ? { registryId } : {}) };
  const members = parts.flatMap(({ household }) => household);
  const householdId = person.registryId ?? fiscalCode;
  return withOnly(members.length > 0 && householdId ? withHousehold(person, householdId, members) : person, [...dataSets, "DEATH"]);
}

const identifierOf = (entry: Entry): string => readSubject(entry).identificativi?.idANPR ?? outside("identificativi:missing");

const criteriaOf = (sought: Sought): Criteria =>
  sought.registryId === undefined ? { by: "FISCAL_CODE", fiscalCode: sought.fiscalCode } : { by: "REGISTRY_ID", registryId: sought.registryId };

/** A member of a household, by what stands for the household: identifiers have nine signs, fiscal codes more. */
const soughtBy = (householdId: string): Sought => (householdId.length === 9 ? { registryId: householdId } : { fiscalCode: householdId });

/** Who matches a search is who was searched for; more is not told. */
const searchedFor = ({ familyName, givenName, sex, birth }: PersonSearch): Partial<Identity> => ({
  familyName: familyName || null, givenName: givenName || null, sex: sex ?? null, birth: { date: birth.date, precision: birth.precision ?? "DAY", place: null },
});

/** At most one, where one is meant. Throws `SourceRefused`, `AMBIGUOUS`, with the number of hits. */
function only<T>(hits: readonly T[]): readonly T[] {
  if (hits.length > 1) throw new SourceRefused("ANPR", "AMBIGUOUS", undefined, { hits: hits.length });
  return hits;
}

function outside(diagnosis: string): never {
  throw new SourceMalformed("ANPR", diagnosis);
}
