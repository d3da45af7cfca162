import type { DataSet, PersonSearch, RegistryCall, RegistryPerson } from "../../connectors/anpr/index.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { Hub } from "../hub.ts";
import type { Question, RegistryAnswers } from "./answers.ts";
import type { Purpose } from "./purpose.ts";
import type { Read } from "./read.ts";

/** A household of the registry. */
export interface RegistryHousehold {
  readonly kind: NonNullable<RegistryPerson["household"]>["kind"];
  /** Name of a community; null for families. */
  readonly name: string | null;
  /** `YYYY-MM-DD`. */
  readonly since: string | null;
  readonly members: readonly RegistryPerson[];
}

/** What a request asked about one person, gathered before it leaves. */
interface Gathering {
  readonly dataSets: Set<DataSet>;
  sent: boolean;
  answer: Promise<Read<RegistryPerson>>;
}

/**
 * The registry reads of one request. What its fields ask about one person for one purpose is gathered and asked
 * together, once; different people are asked about in parallel.
 */
export class RegistryReads {
  private readonly people = new Map<string, Gathering[]>();

  constructor(private readonly answers: RegistryAnswers) {}

  /** The person of a fiscal code, with the data sets named (others of the same request may come with them). Throws as the registry does. */
  person(hub: Hub, fiscalCode: string, dataSets: readonly DataSet[], purpose: Purpose): Promise<Read<RegistryPerson>> {
    const key = `${purpose.kind} ${purpose.reference} ${fiscalCode}`;
    const gatherings = this.people.get(key) ?? [];
    this.people.set(key, gatherings);
    const known = gatherings.find(each => !each.sent || dataSets.every(dataSet => each.dataSets.has(dataSet)));
    const gathering = known ?? this.gather(hub, fiscalCode, purpose);
    if (!known) gatherings.push(gathering);
    if (!gathering.sent) for (const dataSet of dataSets) gathering.dataSets.add(dataSet);
    return gathering.answer;
  }

  /**
   * The household of a fiscal code's person: the first question tells which it is, a second one who is in it, if
   * `memberData` asks for any data of theirs. Of a community (a home, a convent) only the person is told: living
   * under one roof gives no right to the others' data.
   */
  async household(hub: Hub, fiscalCode: string, memberData: readonly DataSet[], purpose: Purpose): Promise<Read<RegistryHousehold>> {
    const dataSets = sorted(["HOUSEHOLD", ...memberData]);
    const question = { what: `household ${hub.pseudonym(fiscalCode)}`, fiscalCode, dataSets, purpose };
    const members = (ask: Question<RegistryHousehold>["ask"]): Question<RegistryHousehold> => ({ ...question, ask, others: household => othersThan(fiscalCode, household.members) });
    const own = await this.person(hub, fiscalCode, ["HOUSEHOLD"], purpose).catch((failure: unknown) => this.answers.failWithLastKnown(hub, members(() => Promise.reject(failure as Error)), failure));
    const { value, provenance } = own;
    if (!value?.householdId) return { value: null, provenance };
    const home = { kind: value.household?.kind ?? null, name: value.household?.name ?? null, since: value.household?.since ?? null };
    if (memberData.length === 0) return { value: { ...home, members: [] }, provenance };
    if (home.kind === "COMMUNITY") {
      const alone = await this.person(hub, fiscalCode, memberData, purpose);
      return { value: { ...home, members: alone.value ? [alone.value] : [] }, provenance: alone.provenance };
    }
    const { householdId } = value;
    return this.answers.get(hub, members(async call => {
      const answer = await hub.connectors.registry.household(householdId, dataSets, callOf(hub, purpose, call));
      return { value: answer.value && { ...home, members: answer.value }, readAt: answer.readAt };
    }));
  }

  /** Everybody of a name and birth. Throws as the registry does. */
  search(hub: Hub, search: PersonSearch, dataSets: readonly DataSet[], purpose: Purpose): Promise<Read<readonly RegistryPerson[]>> {
    const asked = sorted(dataSets);
    return this.answers.get(hub, {
      what: `search ${hub.pseudonym(JSON.stringify(search))}`, fiscalCode: null, dataSets: asked, purpose,
      ask: call => hub.connectors.registry.search(search, asked, callOf(hub, purpose, call)),
      others: found => othersThan(null, found),
      outcome: found => (found.length > 1 ? "AMBIGUOUS" : "FOUND"),
    });
  }

  private gather(hub: Hub, fiscalCode: string, purpose: Purpose): Gathering {
    const gathering: Omit<Gathering, "answer"> & { answer?: Gathering["answer"] } = { dataSets: new Set(), sent: false };
    return Object.assign(gathering, {
      answer: afterThisTick().then(() => {
        gathering.sent = true;
        const dataSets = sorted([...gathering.dataSets]);
        return this.answers.get(hub, {
          what: `person ${hub.pseudonym(fiscalCode)}`, fiscalCode, dataSets, purpose,
          ask: call => hub.connectors.registry.person(fiscalCode, dataSets, callOf(hub, purpose, call)),
        });
      }),
    });
  }
}

/** Once the executor has reached every field that it can reach now. */
const afterThisTick = (): Promise<void> => new Promise(resolve => process.nextTick(resolve));

const sorted = (dataSets: readonly DataSet[]): readonly DataSet[] => [...new Set(dataSets)].sort();

const othersThan = (fiscalCode: string | null, people: readonly RegistryPerson[]): readonly string[] =>
  people.flatMap(person => (person.fiscalCode && person.fiscalCode !== fiscalCode ? [person.fiscalCode] : []));

/** The rest of what a call carries: why, for which day, and on whose behalf. */
const callOf = ({ caller, clock }: Hub, { reference, office }: Purpose, call: Pick<RegistryCall, "operationId" | "signal">): RegistryCall => ({
  ...call, reason: reference, at: dayInRome(clock.now()),
  user: { id: caller.key, location: office?.id ?? "online", assurance: "assurance" in caller ? caller.assurance : null },
});
