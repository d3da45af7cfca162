import type { Certificate, CertificateRequest, DataSet, Declaration, DeclarationSummary, PersonSearch, RegistryOffice, RegistryCall, RegistryPerson } from "../../connectors/anpr/index.ts";
import { SourceRefused } from "../../connectors/upstream.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { Question, RegistryAnswers } from "./answers.ts";
import type { Purpose } from "./purpose.ts";
import type { Read } from "./read.ts";
import type { RegistryReader } from "./reader.ts";

/** A household of the registry. */
export interface RegistryHousehold {
  readonly kind: NonNullable<RegistryPerson["household"]>["kind"];
  /** Name of a community; null for families. */
  readonly name: string | null;
  /** `YYYY-MM-DD`. */
  readonly since: string | null;
  readonly members: readonly RegistryPerson[];
}

/** What the fields of a request ask about one person, or one household, gathered before it leaves. */
interface Gathering {
  readonly dataSets: Set<DataSet>;
  sent: boolean;
  answer: Promise<Read<unknown>>;
}

/**
 * The registry reads of one request. What its fields ask about one person for one purpose is gathered and asked
 * together, once; different people are asked about in parallel.
 */
export class RegistryReads {
  private readonly gatherings = new Map<string, Gathering[]>();
  private readonly certificates = new Map<string, Promise<Read<Certificate>>>();

  constructor(private readonly answers: RegistryAnswers) {}

  /** The person of a fiscal code, with the data sets named (others of the same request may come with them). Throws as the registry does. */
  person(hub: RegistryReader, fiscalCode: string, dataSets: readonly DataSet[], purpose: Purpose): Promise<Read<RegistryPerson>> {
    return this.gather(keyOf("person", hub, fiscalCode, purpose), dataSets, async close => {
      await afterThisTick();
      const asked = close();
      return this.answers.get(hub, {
        what: `person ${hub.pseudonym(fiscalCode)}`, fiscalCode, dataSets: asked, purpose,
        ask: call => hub.connectors.registry.person(fiscalCode, asked, callOf(hub, purpose, call)),
      });
    });
  }

  /**
   * The household of a fiscal code's person: the first question tells which it is, a second one who is in it, if
   * `memberData` asks for any data of theirs. Of a community (a home, a convent) only the person is told: living
   * under one roof gives no right to the others' data.
   */
  household(hub: RegistryReader, fiscalCode: string, memberData: readonly DataSet[], purpose: Purpose): Promise<Read<RegistryHousehold>> {
    return this.gather(keyOf("household", hub, fiscalCode, purpose), memberData, async close => {
      // Now, so that it goes with what other fields ask about the person.
      const own = this.person(hub, fiscalCode, ["HOUSEHOLD"], purpose);
      await afterThisTick();
      return this.householdOf(hub, fiscalCode, own, close(), purpose);
    });
  }

  private async householdOf(hub: RegistryReader, fiscalCode: string, own: Promise<Read<RegistryPerson>>, memberData: readonly DataSet[], purpose: Purpose): Promise<Read<RegistryHousehold>> {
    const dataSets = sorted(["HOUSEHOLD", ...memberData]);
    const question = (ask: Question<RegistryHousehold>["ask"]): Question<RegistryHousehold> =>
      ({ what: `household ${hub.pseudonym(fiscalCode)}`, fiscalCode, dataSets, purpose, ask, others: household => othersThan(fiscalCode, household.members) });
    const { value, provenance } = await own.catch((failure: unknown) => this.answers.failWithLastKnown(hub, question(() => Promise.reject(failure as Error)), failure));
    if (!value?.householdId) return { value: null, provenance };
    const { householdId } = value;
    const home = { kind: value.household?.kind ?? null, name: value.household?.name ?? null, since: value.household?.since ?? null };
    if (memberData.length === 0) return { value: { ...home, members: [] }, provenance };
    if (home.kind === "COMMUNITY") {
      const alone = await this.person(hub, fiscalCode, memberData, purpose);
      return { value: { ...home, members: alone.value ? [alone.value] : [] }, provenance: alone.provenance };
    }
    return this.answers.get(hub, question(async call => {
      const answer = await hub.connectors.registry.household(householdId, dataSets, callOf(hub, purpose, call));
      return { value: answer.value && { ...home, members: answer.value }, readAt: answer.readAt };
    }));
  }

  /** Everybody of a name and birth. Throws as the registry does. */
  search(hub: RegistryReader, search: PersonSearch, dataSets: readonly DataSet[], purpose: Purpose): Promise<Read<readonly RegistryPerson[]>> {
    const asked = sorted(dataSets);
    return this.answers.get(hub, {
      what: `search ${hub.pseudonym(JSON.stringify(search))}`, fiscalCode: null, dataSets: asked, purpose,
      ask: call => hub.connectors.registry.search(search, asked, callOf(hub, purpose, call)),
      others: found => othersThan(null, found),
      outcome: found => (found.length > 1 ? "AMBIGUOUS" : "FOUND"),
    });
  }

  /**
   * A certificate, previewed or issued. However often it is asked for in one case, one is issued: a try whose answer was
   * lost is repeated under its own number, and the registry gives what it made then. Within a request it is asked for
   * once. Throws as the registry does.
   */
  certificate(hub: RegistryReader, request: CertificateRequest, purpose: Purpose, { issue }: { readonly issue: boolean }): Promise<Read<Certificate>> {
    const key = JSON.stringify([request, purpose.reference, issue]);
    const asked = this.certificates.get(key) ?? this.askForCertificate(hub, request, purpose, issue);
    this.certificates.set(key, asked);
    return asked;
  }

  /** Citizens' online declarations of a kind that were opened between two days. Throws as the registry does. */
  declarations(hub: RegistryReader, filter: Parameters<RegistryOffice["declarations"]>[0], purpose: Purpose): Promise<Read<readonly DeclarationSummary[]>> {
    return this.answers.get(hub, {
      what: `declarations ${JSON.stringify(filter)}`, fiscalCode: null, dataSets: ["DECLARATIONS"], purpose,
      ask: call => officeOf(hub).declarations(filter, callOf(hub, purpose, call)),
      others: listed => listed.flatMap(({ fiscalCode }) => fiscalCode ?? []),
    });
  }

  /** One online declaration, with all that was handed in. Throws as the registry does. */
  declaration(hub: RegistryReader, code: string, purpose: Purpose): Promise<Read<Declaration>> {
    return this.answers.get(hub, {
      what: `declaration ${code}`, fiscalCode: null, dataSets: ["DECLARATION"], purpose,
      ask: call => officeOf(hub).declaration(code, callOf(hub, purpose, call)),
      others: ({ declarant }) => (declarant.fiscalCode ? [declarant.fiscalCode] : []),
    });
  }

  private askForCertificate(hub: RegistryReader, request: CertificateRequest, purpose: Purpose, issue: boolean): Promise<Read<Certificate>> {
    const { fiscalCode } = request.holder;
    const { office } = hub.connectors;
    if (!office) return Promise.reject(new SourceRefused("ANPR", "UNSUPPORTED", "DOOR"));
    return this.answers.get(hub, {
      what: `certificate ${hub.pseudonym(JSON.stringify(request))}`, fiscalCode, purpose, again: issue,
      dataSets: request.kinds.map(kind => `${issue ? "CERTIFICATE" : "PREVIEW"}_${kind}`).sort(),
      ask: call => (issue ? office.issueCertificate(request, callOf(hub, purpose, call)) : office.previewCertificate(request, callOf(hub, purpose, call))),
    });
  }

  /** Joins an earlier question that has all that is wanted, or may still be added to; else begins one, which closes when it leaves. */
  private gather<Value>(key: string, dataSets: readonly DataSet[], begin: (close: () => readonly DataSet[]) => Promise<Read<Value>>): Promise<Read<Value>> {
    const earlier = this.gatherings.get(key) ?? [];
    const known = earlier.find(each => !each.sent || dataSets.every(dataSet => each.dataSets.has(dataSet)));
    if (known) {
      if (!known.sent) for (const dataSet of dataSets) known.dataSets.add(dataSet);
      return known.answer as Promise<Read<Value>>;
    }
    const gathering = { dataSets: new Set(dataSets), sent: false } as Omit<Gathering, "answer"> & { answer: Promise<Read<Value>> };
    this.gatherings.set(key, [...earlier, gathering]);
    gathering.answer = begin(() => {
      gathering.sent = true;
      return sorted([...gathering.dataSets]);
    });
    return gathering.answer;
  }
}

/** Throws UNSUPPORTED where the administration's door is not for what only a registry office may ask. */
function officeOf({ connectors: { office } }: RegistryReader): RegistryOffice {
  if (!office) throw new SourceRefused("ANPR", "UNSUPPORTED", "DOOR");
  return office;
}

const keyOf = (what: string, { caller }: RegistryReader, fiscalCode: string, { kind, reference }: Purpose): string => [what, caller.key, fiscalCode, kind, reference].join(" ");

/** Once the executor has reached every field that it can reach now. */
const afterThisTick = (): Promise<void> => new Promise(resolve => process.nextTick(resolve));

const sorted = (dataSets: readonly DataSet[]): readonly DataSet[] => [...new Set(dataSets)].sort();

const othersThan = (fiscalCode: string | null, people: readonly RegistryPerson[]): readonly string[] =>
  people.flatMap(person => (person.fiscalCode && person.fiscalCode !== fiscalCode ? [person.fiscalCode] : []));

/** The rest of what a call carries: why, for which day, and on whose behalf. */
const callOf = ({ caller, clock }: RegistryReader, { reference, office }: Purpose, call: Pick<RegistryCall, "operationId" | "signal">): RegistryCall => ({
  ...call, reason: reference, at: dayInRome(clock.now()),
  user: { id: caller.key, location: office?.id ?? "online", assurance: "assurance" in caller ? caller.assurance : null },
});
