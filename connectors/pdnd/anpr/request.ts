import type { PersonSearch, RegistryCall } from "../../anpr/registry.ts";
import type { EService } from "./e-services.ts";

/** A JSON message in the registry's words. */
export type Message = Readonly<Record<string, unknown>>;

export type Criteria =
  | { readonly by: "FISCAL_CODE"; readonly fiscalCode: string }
  | { readonly by: "REGISTRY_ID"; readonly registryId: string }
  | ({ readonly by: "NAME" } & PersonSearch);

/**
 * A question to an e-service; `verifica` is what somebody states, for those that answer yes or no.
 *
 * The registry answers a number that it has seen with the answer it gave then, so a question that takes several
 * e-services needs several: the e-service's own number is written behind the operation's. Throws RangeError for an
 * operation id that is not 1–27 letters and digits, and for a reason that is blank.
 */
export function registryRequest(service: EService, criteria: Criteria, { operationId, reason, at }: RegistryCall, verifica?: Message): Message {
  if (!/^[0-9a-zA-Z]{1,27}$/.test(operationId)) throw new RangeError("the operation id is not 1-27 letters and digits");
  if (reason.trim() === "") throw new RangeError("a question to the registry needs a reason");
  return {
    idOperazioneClient: operationId + service.slice(1),
    criteriRicerca: searchCriteria(criteria),
    ...(verifica ? { verifica } : {}),
    datiRichiesta: { dataRiferimentoRichiesta: at, motivoRichiesta: reason, casoUso: service },
  };
}

function searchCriteria(criteria: Criteria): Message {
  switch (criteria.by) {
    case "FISCAL_CODE":
      return { codiceFiscale: criteria.fiscalCode };
    case "REGISTRY_ID":
      return { idANPR: criteria.registryId };
    case "NAME":
      return { ...nameOf(criteria), ...(criteria.sex ? { sesso: criteria.sex } : {}), datiNascita: birthOf(criteria.birth) };
  }
}

/** Family and given name; who lacks one has that said instead. */
export const nameOf = ({ familyName, givenName }: { familyName: string; givenName: string }): Message => ({
  ...(familyName === "" ? { senzaCognome: "1" } : { cognome: familyName }),
  ...(givenName === "" ? { senzaNome: "1" } : { nome: givenName }),
});

/** What lies below the precision of a day is filler, and said to be. */
export const fillersOf = (precision: PersonSearch["birth"]["precision"]): Message =>
  precision === "MONTH" ? { senzaGiorno: "1" } : precision === "YEAR" ? { senzaGiornoMese: "1" } : {};

/** A municipality in the registry's words. */
export const municipalityOf = ({ name, istatCode, province }: { name: string; istatCode: string; province: string }): Message => ({
  nomeComune: name, codiceIstat: istatCode, siglaProvinciaIstat: province,
});

const birthOf = ({ date, precision, municipality }: PersonSearch["birth"]): Message => ({
  dataEvento: date, ...fillersOf(precision), ...(municipality ? { luogoNascita: { comune: municipalityOf(municipality) } } : {}),
});
