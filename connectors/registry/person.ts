import { z } from "zod";
import type { DataSet, ForeignAddress, Identity, ItalianAddress, Place, RegistryDay, RegistryPerson } from "../anpr/registry.ts";
import { civilStatusOf, householdKindOf, relationOf, residenceKindOf } from "./codes.ts";
import { day, many, optional, optionalDay, text } from "./words.ts";

// The registry's words for a person, read into ours. Only what the hub shows is read.

const flag = text.nullish().transform(value => value === "1");

const precisionOf = (withoutDay: boolean, withoutMonth: boolean): RegistryDay["precision"] => (withoutMonth ? "YEAR" : withoutDay ? "MONTH" : "DAY");

const municipality = z
  .object({ nomeComune: text, codiceIstat: optional, siglaProvinciaIstat: text, descrizioneLocalita: optional })
  .transform(read => ({ name: read.nomeComune, istatCode: read.codiceIstat, province: read.siglaProvinciaIstat, locality: read.descrizioneLocalita }));

const foreignPlace = z
  .object({ descrizioneLocalita: optional, descrizioneStato: optional, codiceStato: text, provinciaContea: optional })
  .transform(read => ({ locality: read.descrizioneLocalita, country: read.descrizioneStato, countryCode: read.codiceStato, region: read.provinciaContea }));

const place = z
  .object({ luogoEccezionale: text.nullish(), comune: municipality.nullish(), localita: foreignPlace.nullish() })
  .nullish()
  .transform((read): Place | null => {
    if (read?.comune) return { kind: "ITALY", ...read.comune };
    if (read?.localita) return { kind: "ABROAD", ...read.localita };
    return read?.luogoEccezionale ? { kind: "ELSEWHERE", description: read.luogoEccezionale } : null;
  });

/** `generalita`, and the like: who somebody is. */
export const identity = z
  .object({
    codiceFiscale: z.object({ codFiscale: text, validitaCF: optional }).nullish(),
    cognome: optional, nome: optional, sesso: optional,
    dataNascita: optionalDay, senzaGiorno: flag, senzaGiornoMese: flag, luogoNascita: place,
  })
  .transform((read): Identity => ({
    fiscalCode: read.codiceFiscale?.codFiscale.toUpperCase() ?? null,
    fiscalCodeValidated: read.codiceFiscale?.validitaCF === "1",
    familyName: read.cognome,
    givenName: read.nome,
    sex: sexOf(read.sesso),
    birth: { date: read.dataNascita, precision: precisionOf(read.senzaGiorno, read.senzaGiornoMese), place: read.luogoNascita },
  }));

const sexOf = (value: string | null): Identity["sex"] => {
  const sex = value?.toUpperCase();
  return sex === "M" || sex === "F" ? sex : null;
};

const lifeEvent = z
  .object({ dataEvento: day, senzaGiorno: flag, senzaGiornoMese: flag, luogoEvento: place })
  .transform(read => ({ date: read.dataEvento, precision: precisionOf(read.senzaGiorno, read.senzaGiornoMese), place: read.luogoEvento }));

/** An address in Italy. */
export const italianAddress = z
  .object({
    cap: text, comune: municipality, frazione: optional,
    toponimo: z.object({ specie: optional, denominazioneToponimo: optional }).nullish(),
    numeroCivico: z.object({
      numero: optional, metrico: optional, lettera: optional, esponente1: optional,
      civicoInterno: z.object({ scala: optional, interno1: optional, piano: optional }).nullish(),
    }).nullish(),
  })
  .transform((read): ItalianAddress => ({
    kind: "ITALY",
    postalCode: read.cap,
    municipality: read.comune,
    hamlet: read.frazione,
    street: joined(" ", read.toponimo?.specie, read.toponimo?.denominazioneToponimo),
    houseNumber: joined("/", read.numeroCivico?.numero ?? read.numeroCivico?.metrico, read.numeroCivico?.lettera, read.numeroCivico?.esponente1),
    stair: read.numeroCivico?.civicoInterno?.scala ?? null,
    floor: read.numeroCivico?.civicoInterno?.piano ?? null,
    flat: read.numeroCivico?.civicoInterno?.interno1 ?? null,
  }));

const foreignAddress = z
  .object({
    indirizzoEstero: z.object({ cap: optional, localita: foreignPlace, toponimo: z.object({ denominazione: text, numeroCivico: optional }).nullish() }).nullish(),
    consolato: z.object({ descrizioneConsolato: text }),
  })
  .transform(({ indirizzoEstero: abroad, consolato }): ForeignAddress => ({
    kind: "ABROAD",
    postalCode: abroad?.cap ?? null,
    locality: abroad?.localita.locality ?? null,
    country: abroad?.localita.country ?? null,
    countryCode: abroad?.localita.countryCode ?? null,
    street: abroad?.toponimo?.denominazione ?? null,
    houseNumber: abroad?.toponimo?.numeroCivico ?? null,
    consulate: consolato.descrizioneConsolato,
  }));

const joined = (separator: string, ...parts: readonly (string | null | undefined)[]): string | null => parts.filter(part => part).join(separator) || null;

const residence = z
  .object({ tipoIndirizzo: text, indirizzo: italianAddress.nullish(), localitaEstera: foreignAddress.nullish(), presso: optional, dataDecorrenzaResidenza: optionalDay })
  .transform((read, context) => {
    const address = read.indirizzo ?? read.localitaEstera;
    if (address) return { kind: residenceKindOf(read.tipoIndirizzo), since: read.dataDecorrenzaResidenza, address, careOf: read.presso };
    context.addIssue({ code: "custom", message: "no address" });
    return z.NEVER;
  });

const householdTie = z
  .object({ tipoLegame: optional, dataDecorrenza: optionalDay, codiceLegame: optional })
  .transform(read => {
    const kind = householdKindOf(read.tipoLegame);
    return { relation: relationOf(read.codiceLegame ?? "", kind), kind, since: read.dataDecorrenza };
  });

const household = z.object({ idFamigliaConvivenzaANPR: text.nullish(), dataOrigineFamigliaConvivenza: optionalDay, denominazioneConvivenza: optional, tipoScheda: optional });

const identityCard = z
  .object({ numero: text, dataRilascio: day, interdizioneEspatrio: optional, dataScadenza: optionalDay, dataAnnullamento: optionalDay })
  .transform(read => ({
    number: read.numero,
    issuedOn: read.dataRilascio,
    expiresOn: read.dataScadenza,
    cancelledOn: read.dataAnnullamento,
    validAbroad: read.interdizioneEspatrio?.toUpperCase() === "N",
  }));

const parent = z.object({ generalita: identity }).transform(({ generalita }) => generalita).nullish();

/** Every part that an answer may hold about a person, but for who it is. */
export const personParts = {
  identificativi: z.object({ idANPR: text }).nullish(),
  statoCivile: z.object({ statoCivile: optional }).nullish(),
  cittadinanza: many(z.object({ descrizioneStato: text, codiceStato: text, dataValidita: optionalDay })),
  paternita: parent,
  maternita: parent,
  residenza: many(residence),
  matrimonio: z.object({ coniuge: identity, datiMatrimonio: lifeEvent.nullish() }).nullish(),
  vedovanza: z.object({ datiMorteconiuge: lifeEvent }).nullish(),
  unioneCivile: z.object({ unitoCivilmente: identity.nullish(), attoUnione: lifeEvent.nullish() }).nullish(),
  cartaIdentita: identityCard.nullish(),
  legameSoggetto: householdTie.nullish(),
  famigliaConvivenza: household.nullish(),
  domicilioDigitale: z.object({ indirizzoDigitale: text, dataInizioValidita: day }).nullish(),
  datiCancellazione: z.object({ dataDecorrenzaCancellazione: day }).nullish(),
  datiDecesso: lifeEvent.nullish(),
};

type PersonRead = z.infer<z.ZodObject<typeof personParts>>;

const dayOf = ({ date, precision }: RegistryDay): RegistryDay => ({ date, precision });

/** The person of an answer, in our words: who it is, and the parts that were read. */
export function personOf(who: Identity, read: PersonRead): RegistryPerson {
  const { famigliaConvivenza: home, matrimonio: marriage, unioneCivile: union } = read;
  return {
    registryId: read.identificativi?.idANPR ?? null,
    ...who,
    residences: read.residenza,
    ...(read.statoCivile ? { civilStatus: civilStatusOf(read.statoCivile.statoCivile ?? "") } : {}),
    ...(read.cittadinanza.length > 0 ? { citizenships: read.cittadinanza.map(each => ({ country: each.descrizioneStato, countryCode: each.codiceStato, since: each.dataValidita })) } : {}),
    ...(home?.idFamigliaConvivenzaANPR ? { householdId: home.idFamigliaConvivenzaANPR } : {}),
    ...(home ? { household: { kind: householdKindOf(home.tipoScheda), since: home.dataOrigineFamigliaConvivenza, name: home.denominazioneConvivenza } } : {}),
    ...(read.legameSoggetto ? { householdTie: read.legameSoggetto } : {}),
    ...(read.paternita ? { father: read.paternita } : {}),
    ...(read.maternita ? { mother: read.maternita } : {}),
    ...(marriage ? { marriage: { spouse: marriage.coniuge, on: marriage.datiMatrimonio ? dayOf(marriage.datiMatrimonio) : null } } : {}),
    ...(union ? { civilUnion: { partner: union.unitoCivilmente ?? null, on: union.attoUnione ? dayOf(union.attoUnione) : null } } : {}),
    ...(read.vedovanza ? { widowedOn: dayOf(read.vedovanza.datiMorteconiuge) } : {}),
    ...(read.cartaIdentita ? { identityCard: read.cartaIdentita } : {}),
    ...(read.domicilioDigitale ? { digitalAddress: { address: read.domicilioDigitale.indirizzoDigitale, since: read.domicilioDigitale.dataInizioValidita } } : {}),
    ...(read.datiCancellazione ? { cancelledOn: read.datiCancellazione.dataDecorrenzaCancellazione } : {}),
    ...(read.datiDecesso ? { death: read.datiDecesso } : {}),
  };
}

/** The parts of a person that belong to each data set; who they are belongs to all. */
const parts: Readonly<Record<Exclude<DataSet, "IDENTITY" | "RESIDENCE">, readonly (keyof RegistryPerson)[]>> = {
  CIVIL_STATUS: ["civilStatus"], CITIZENSHIP: ["citizenships"], FATHER: ["father"], MOTHER: ["mother"], MARRIAGE: ["marriage", "civilUnion"], WIDOWHOOD: ["widowedOn"],
  IDENTITY_CARD: ["identityCard"], HOUSEHOLD_TIE: ["householdTie"], HOUSEHOLD: ["household", "householdId"], DIGITAL_ADDRESS: ["digitalAddress"],
  CANCELLATION: ["cancelledOn"], DEATH: ["death"],
};

/** A person without what was not asked for. */
export function withOnly(person: RegistryPerson, dataSets: readonly DataSet[]): RegistryPerson {
  const unasked = new Set<string>(Object.entries(parts).filter(([dataSet]) => !dataSets.includes(dataSet as DataSet)).flatMap(([, names]) => names));
  const rest = Object.fromEntries(Object.entries(person).filter(([name]) => !unasked.has(name))) as unknown as RegistryPerson;
  return dataSets.includes("RESIDENCE") ? rest : { ...rest, residences: [] };
}
