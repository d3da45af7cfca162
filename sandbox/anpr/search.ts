import type { XmlDocument } from "libxml2-wasm";
import type { Resident } from "../people.ts";
import type { RegistryError } from "./messages.ts";
import { card, type CardContext, dataSets, household, lastDataSet, residence } from "./subject.ts";
import { node } from "./xml.ts";

/** What a search finds: the content of the positive answer with its warnings, or the registry's reasons why not. */
export type Outcome = { readonly content: string; readonly warnings: readonly RegistryError[]; readonly documents?: readonly Buffer[] } | { readonly errors: readonly RegistryError[] };

const familyCard = "3";
const communityCard = "4";
/** A refusal with one code of the registry. */
export const refused = (code: string, field?: string): Outcome => ({ errors: [{ code, type: "E", ...(field !== undefined && { field }) }] });

/** The registry as operation 3002 searches it. */
export class PopulationRegistry {
  private readonly byFiscalCode: ReadonlyMap<string, Resident>;
  private readonly byId: ReadonlyMap<string, Resident>;
  private readonly byHousehold: ReadonlyMap<string, readonly Resident[]>;

  constructor(private readonly people: readonly Resident[]) {
    this.byFiscalCode = new Map(people.map(person => [person.fiscalCode, person]));
    this.byId = new Map(people.map(person => [person.registryId, person]));
    this.byHousehold = Map.groupBy(people, ({ householdId }) => householdId);
  }

  /** Answers a `Richiesta3002` that the schema has accepted. */
  search(request: XmlDocument): Outcome {
    const text = (path: string): string => request.get(`/*/${path}`)?.content ?? "";
    const context: CardContext = { day: text("datiRichiesta/dataRiferimentoRichiesta").slice(0, 10), byId: id => this.byId.get(id) };
    const asked = new Set(request.find("/*/datiRichiesta/datiAnagraficiRichiesti").map(({ content }) => Number(content)));
    const kind = text("criteriRicerca/tipoScheda");
    if (kind === familyCard || kind === communityCard) {
      if (asked.size > 0) return refused("EN050");
      return this.family(kind, text("criteriRicerca/identificativoANPR"), context);
    }
    if (asked.size === 0) return refused("EN052");
    if ([...asked].some(set => set < 1 || set > lastDataSet)) return refused("EN051");
    const fiscalCode = text("criteriRicerca/codiceFiscale").toUpperCase();
    const id = text("criteriRicerca/idANPR");
    if (fiscalCode !== "" || id !== "") {
      const person = fiscalCode === "" ? this.byId.get(id) : this.byFiscalCode.get(fiscalCode);
      return person && (id === "" || person.registryId === id) ? one(person, asked, context) : refused("EN122");
    }
    return this.byName(text, asked, context);
  }

  private byName(text: (path: string) => string, asked: ReadonlySet<number>, context: CardContext): Outcome {
    const [familyName, givenName] = [nameAsked(text, "cognome", "senzaCognome"), nameAsked(text, "nome", "senzaNome")];
    if (familyName === undefined || givenName === undefined) return refused("EN053");
    const wanted: readonly [string, (person: Resident) => string][] = [
      [familyName, person => fold(person.familyName)],
      [givenName, person => fold(person.givenName)],
      [text("criteriRicerca/sesso").toUpperCase(), person => person.sex],
      [text("criteriRicerca/soggettoAIRE").toUpperCase(), person => (person.abroad ? "S" : "N")],
      [birthAsked(text), ({ birthDate, birthDateLacks }) => birthDate.slice(0, knownLength(birthDateLacks === "day", birthDateLacks === "dayAndMonth"))],
      [text("datiNascita/luogoNascita/comune/codiceIstat"), person => person.birthPlace.istatCode],
      [text("datiNascita/luogoNascita/localita/codiceStato"), person => person.birthCountry?.code ?? ""],
    ];
    const isOptional = (index: number) => index > 1;
    const hits = this.people.filter(person => wanted.every(([value, of], index) => (value === "" && isOptional(index)) || value === of(person)));
    if (hits.length === 0) return refused("EN122");
    if (hits.length === 1) return one(hits[0]!, asked, context);
    const several = new Set([dataSets.cancellation]);
    return { content: node("listaSoggetti", ...hits.map(person => card(person, several, context))), warnings: [] };
  }

  private family(kind: string, householdId: string, context: CardContext): Outcome {
    if (householdId === "") return refused("EN053", "identificativoANPR");
    const members = (this.byHousehold.get(householdId) ?? []).filter(({ community, deathDate, residentSince }) =>
      (kind === communityCard) === (community !== undefined) && residentSince <= context.day && (deathDate === undefined || deathDate > context.day));
    if (members.length === 0) return refused("EN122");
    const head = members.find(({ tie }) => tie === "1") ?? members[0]!;
    return {
      content: node("listaSoggetti", ...members.map(person => card(person, new Set([dataSets.all]), context))) + node("datiFamigliaConvivenza", residence(head), household(head)),
      warnings: members.flatMap(warningsFor),
    };
  }
}

function one(person: Resident, asked: ReadonlySet<number>, context: CardContext): Outcome {
  if (person.birthDate > context.day) return refused("EN042");
  return { content: node("listaSoggetti", card(person, asked, context)), warnings: warningsFor(person) };
}

const warningsFor = ({ fiscalCodeUnverified }: Resident): readonly RegistryError[] => (fiscalCodeUnverified ? [{ code: "EA003", type: "W" }] : []);

/** The name asked for, empty when the request says that there is none, undefined when it says nothing. */
function nameAsked(text: (path: string) => string, name: string, without: string): string | undefined {
  const value = fold(text(`criteriRicerca/${name}`));
  return value !== "" || text(`criteriRicerca/${without}`) === "1" ? value : undefined;
}

/** The known part of the birth date asked for: the year, year and month, or all of it. */
function birthAsked(text: (path: string) => string): string {
  const length = knownLength(text("datiNascita/senzaGiorno") === "1", text("datiNascita/senzaGiornoMese") === "1");
  return text("datiNascita/dataEvento").slice(0, length);
}

const knownLength = (lacksDay: boolean, lacksMonth: boolean): number => (lacksMonth ? 4 : lacksDay ? 7 : 10);

/** Upper case, blanks put right: how the registry compares names. Accents count. */
export const fold = (name: string): string => name.trim().replace(/\s+/g, " ").toLocaleUpperCase("it");
