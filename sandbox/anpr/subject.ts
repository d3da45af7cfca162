import type { Country, Resident } from "../people.ts";
import { municipality } from "./municipality.ts";
import { leaf, node } from "./xml.ts";

/** A data set that a request may ask for, by the registry's number; 1 is the whole card. */
export const dataSets = {
  all: 1, civilStatus: 3, citizenship: 6, father: 8, mother: 9, residence: 10, marriage: 13, tie: 21, household: 22, cancellation: 27, death: 28,
} as const;

/** The last number in the registry's table of data sets. */
export const lastDataSet = 30;

/** What the card of a person is written from. */
export interface CardContext {
  /** `YYYY-MM-DD`: what happened later is not on the card. */
  readonly day: string;
  readonly byId: (registryId: string) => Resident | undefined;
}

const streetKinds: Record<string, string> = { via: "213", corso: "42", piazza: "125", viale: "230", largo: "62" };
const deathReason = "1";

/** `datiSoggetto`: identifiers and generalità always, then the data sets asked for, in the order of the schema. */
export function card(person: Resident, asked: ReadonlySet<number>, context: CardContext): string {
  const when = (set: number, write: () => string) => (asked.has(dataSets.all) || asked.has(set) ? write() : "");
  const dead = person.deathDate !== undefined && person.deathDate <= context.day ? person.deathDate : undefined;
  const spouse = context.byId(person.spouseId ?? "");
  return node("datiSoggetto",
    node("identificativi", leaf("idANPR", person.registryId)),
    particulars("generalita", person),
    when(dataSets.civilStatus, () => node("statoCivile", leaf("statoCivile", person.civilStatus))),
    when(dataSets.citizenship, () => nationality(person.citizenship)),
    when(dataSets.father, () => node("paternita", relative(context.byId(person.fatherId ?? "")))),
    when(dataSets.mother, () => node("maternita", relative(context.byId(person.motherId ?? "")))),
    when(dataSets.residence, () => (person.residentSince <= context.day ? residence(person) : "")),
    when(dataSets.marriage, () => (person.civilStatus === "2" && spouse ? node("matrimonio", particulars("coniuge", spouse)) : "")),
    when(dataSets.tie, () => tie(person)),
    when(dataSets.household, () => household(person)),
    when(dataSets.cancellation, () => (dead ? node("datiCancellazione", leaf("motivoCancellazione", deathReason), leaf("dataDecorrenzaCancellazione", dead)) : "")),
    when(dataSets.death, () => (dead ? node("datiDecesso", leaf("dataEvento", zoned(dead, person)), node("luogoEvento", ownMunicipality)) : "")),
  );
}

/** `residenza`: the address in the municipality, or abroad for who is registered there. */
export function residence(person: Resident): string {
  const { address, abroad, residentSince } = person;
  const place = abroad
    ? node("localitaEstera",
        node("indirizzoEstero",
          node("localita", leaf("descrizioneLocalita", upper(abroad.town)), leaf("descrizioneStato", upper(abroad.country.name)), leaf("codiceStato", abroad.country.code)),
          node("toponimo", leaf("denominazione", upper(abroad.street)), leaf("numeroCivico", abroad.number))),
        node("consolato", leaf("codiceConsolato", abroad.consulate.code), leaf("descrizioneConsolato", upper(abroad.consulate.name))))
    : node("indirizzo",
        leaf("cap", address.postalCode),
        ownMunicipality,
        node("toponimo", leaf("codSpecie", streetKinds[address.kind]), leaf("specie", upper(address.kind)), leaf("denominazioneToponimo", upper(address.street))),
        node("numeroCivico", leaf("numero", address.number)));
  return node("residenza", leaf("tipoIndirizzo", abroad ? "4" : "1"), place, leaf("dataDecorrenzaResidenza", zoned(residentSince, person)));
}

/** `famigliaConvivenza`: the identifier by which the members can be asked for. */
export const household = ({ householdId, abroad, community, residentSince }: Resident): string => node("famigliaConvivenza",
  leaf("idFamigliaConvivenzaANPR", householdId),
  leaf("famigliaAire", abroad && "S"),
  leaf("dataOrigineFamigliaConvivenza", residentSince),
  leaf("denominazioneConvivenza", community && upper(community)),
  leaf("tipoScheda", community ? "4" : "3"));

/** `generalita`, under whatever name the place of the message has for them. */
export function particulars(name: string, person: Resident): string {
  const { fiscalCode, familyName, givenName, sex, birthDate, birthDateLacks, birthPlace, birthCountry, abroad, residentSince } = person;
  return node(name,
    node("codiceFiscale", leaf("codFiscale", fiscalCode), leaf("validitaCF", person.fiscalCodeUnverified ? "9" : "1")),
    familyName === "" ? leaf("senzaCognome", "1") : leaf("cognome", upper(familyName)),
    givenName === "" ? leaf("senzaNome", "1") : leaf("nome", upper(givenName)),
    leaf("sesso", sex),
    leaf("dataNascita", zoned(birthDate, person)),
    leaf("senzaGiorno", birthDateLacks === "day" ? "1" : undefined),
    leaf("senzaGiornoMese", birthDateLacks === "dayAndMonth" ? "1" : undefined),
    node("luogoNascita", birthCountry
      ? node("localita", leaf("descrizioneLocalita", upper(birthPlace.name)), leaf("descrizioneStato", upper(birthCountry.name)), leaf("codiceStato", birthCountry.code))
      : node("comune", leaf("nomeComune", upper(birthPlace.name)), leaf("codiceIstat", birthPlace.istatCode), leaf("siglaProvinciaIstat", birthPlace.province))),
    leaf("soggettoAIRE", abroad && "S"),
    leaf("annoEspatrio", abroad && residentSince.slice(0, 4)),
  );
}

const relative = (person: Resident | undefined): string => (person ? particulars("generalita", person) : "");

const nationality = ({ code, name }: Country): string => node("cittadinanza", leaf("descrizioneStato", upper(name)), leaf("codiceStato", code));

const tie = ({ tie: code, tieUnknown, abroad, community, residentSince }: Resident): string =>
  tieUnknown ? "" : node("legameSoggetto", leaf("tipoLegame", community ? "4" : abroad ? "5" : "3"), leaf("dataDecorrenza", residentSince), leaf("codiceLegame", code));

const ownMunicipality = node("comune", leaf("nomeComune", municipality.name), leaf("codiceIstat", municipality.istatCode), leaf("siglaProvinciaIstat", municipality.province));

/** For one person in three the registry writes dates with a zone, as its Java side does when a day was once an instant. */
function zoned(day: string, { registryId }: Resident): string {
  if (Number(registryId.slice(2, 7)) % 3 !== 0) return day;
  const month = Number(day.slice(5, 7));
  return `${day}${month >= 4 && month <= 9 ? "+02:00" : "+01:00"}`;
}

const upper = (text: string): string => text.toLocaleUpperCase("it");
