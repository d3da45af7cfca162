import type { Place, Resident } from "../people.ts";

type Json = Readonly<Record<string, unknown>>;

const upper = (text: string): string => text.toLocaleUpperCase("it");
const streetKinds: Readonly<Record<string, string>> = { via: "213", corso: "42", piazza: "125", viale: "230", largo: "62" };
const ownMunicipality = { nomeComune: "CUNEO", codiceIstat: "004078", siglaProvinciaIstat: "CN" };

/** Whether somebody is dead on a day. The registry tells it from the day after. */
export const isDead = ({ deathDate }: Resident, day: string): boolean => deathDate !== undefined && deathDate < day;

export const identifiers = ({ registryId }: Resident): Json => ({ identificativi: { idANPR: registryId } });

export const particulars = (person: Resident): Json => ({
  codiceFiscale: { codFiscale: person.fiscalCode, validitaCF: person.fiscalCodeUnverified ? "9" : "1" },
  ...(person.familyName === "" ? { senzaCognome: "1" } : { cognome: upper(person.familyName) }),
  ...(person.givenName === "" ? { senzaNome: "1" } : { nome: upper(person.givenName) }),
  sesso: person.sex,
  dataNascita: person.birthDate,
  ...(person.birthDateLacks === "day" ? { senzaGiorno: "1" } : {}),
  ...(person.birthDateLacks === "dayAndMonth" ? { senzaGiornoMese: "1" } : {}),
  luogoNascita: birthPlace(person.birthPlace, person.birthCountry),
  ...(person.abroad ? { soggettoAIRE: "S", annoEspatrio: person.residentSince.slice(0, 4) } : {}),
  idSchedaSoggettoANPR: person.registryId.slice(2, 7),
});

const birthPlace = (place: Place, country: Resident["birthCountry"]): Json =>
  country
    ? { localita: { descrizioneLocalita: upper(place.name), descrizioneStato: upper(country.name), codiceStato: country.code } }
    : { comune: { nomeComune: upper(place.name), codiceIstat: place.istatCode, siglaProvinciaIstat: place.province } };

export function residences(person: Resident, day: string): readonly Json[] {
  const { address, abroad, residentSince } = person;
  if (residentSince > day) return [];
  const place = abroad
    ? {
        localitaEstera: {
          indirizzoEstero: {
            localita: { descrizioneLocalita: upper(abroad.town), descrizioneStato: upper(abroad.country.name), codiceStato: abroad.country.code },
            toponimo: { denominazione: upper(abroad.street), numeroCivico: abroad.number },
          },
          consolato: { codiceConsolato: abroad.consulate.code, descrizioneConsolato: upper(abroad.consulate.name) },
        },
      }
    : {
        indirizzo: {
          cap: address.postalCode, comune: ownMunicipality,
          toponimo: { codSpecie: streetKinds[address.kind], specie: upper(address.kind), specieFonte: "1", denominazioneToponimo: upper(address.street) },
          numeroCivico: { numero: address.number },
        },
      };
  return [{ tipoIndirizzo: abroad ? "4" : "1", ...place, dataDecorrenzaResidenza: residentSince }];
}

export const tie = ({ tie: code, tieUnknown, abroad, community, residentSince }: Resident): Json =>
  tieUnknown ? {} : { legameSoggetto: { tipoLegame: community ? "4" : abroad ? "5" : "3", dataDecorrenza: residentSince, codiceLegame: code } };

export const death = ({ deathDate }: Resident): Json => ({ dataEvento: deathDate, luogoEvento: { comune: ownMunicipality } });

export const alive = (person: Resident, day: string): Json => ({ chiave: "Verifica esistenza in vita", id: "1003", valore: isDead(person, day) ? "N" : "S" });

export const dayOfDeath = (person: Resident, day: string): readonly Json[] =>
  isDead(person, day) ? [{ chiave: "Data decesso", id: "1015", valoreData: person.deathDate }] : [];
