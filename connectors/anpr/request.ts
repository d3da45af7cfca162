import { dataSetCodes } from "./codes.ts";
import type { DataSet, PersonSearch, RegistryCall } from "./registry.ts";
import type { RegistrySettings } from "./settings.ts";

/** A message as the SOAP library takes it. It writes keys in the order it finds them, so every builder here writes them in the order of the schema. */
export type Message = Readonly<Record<string, unknown>>;

const protocolNumber = /^[0-9a-zA-Z\-_/]{1,20}$/;

/** The header of every request: who asks, under which number, when, what. */
export function requestHeader(settings: RegistrySettings, operation: string, call: Pick<RegistryCall, "operationId"> & Partial<RegistryCall>, now: Date): Message {
  const { reason = "", operationId } = call;
  if (!/^[0-9a-zA-Z]{1,30}$/.test(operationId)) throw new RangeError("the operation id is not 1-30 letters and digits");
  return {
    idOperazioneComune: operationId,
    codMittente: settings.municipality,
    codDestinatario: settings.interfaceVersion,
    operazioneRichiesta: operation,
    dataOraRichiesta: now.toISOString(),
    tipoOperazione: "C",
    ...(protocolNumber.test(reason) ? { protocolloComune: reason } : {}),
    tipoInvio: settings.environment,
    ...(settings.software
      ? { nomeApplicativo: settings.software.name, versioneApplicativo: settings.software.version, fornitoreApplicativo: settings.software.vendor }
      : {}),
  };
}

export type Criteria =
  | { readonly by: "FISCAL_CODE"; readonly fiscalCode: string }
  | { readonly by: "REGISTRY_ID"; readonly registryId: string }
  | { readonly by: "HOUSEHOLD"; readonly householdId: string }
  | ({ readonly by: "NAME" } & PersonSearch);

/** A question of operation 3002. A search of a household must name no data sets: the registry tells all of each member. */
export function personRequest(settings: RegistrySettings, criteria: Criteria, dataSets: readonly DataSet[], call: RegistryCall, now: Date): Message {
  return {
    testataRichiesta: requestHeader(settings, "3002", call, now),
    criteriRicerca: searchCriteria(criteria),
    ...(criteria.by === "NAME" ? { datiNascita: birthCriteria(criteria.birth) } : {}),
    datiRichiesta: {
      schedaAnagraficaRichiesta: "1",
      dataRiferimentoRichiesta: call.at,
      ...(criteria.by === "HOUSEHOLD" ? {} : { datiAnagraficiRichiesti: codesOf(dataSets) }),
    },
  };
}

/** The test of the connection. */
export const connectionRequest = (settings: RegistrySettings, operationId: string, now: Date): Message => ({
  testataRichiesta: requestHeader(settings, "OP01", { operationId }, now),
});

/** Identity goes with every question: it is how the answer shows whom it is about. */
const codesOf = (dataSets: readonly DataSet[]): readonly string[] => [...new Set<DataSet>(["IDENTITY", ...dataSets])].map(dataSet => dataSetCodes[dataSet]);

function searchCriteria(criteria: Criteria): Message {
  switch (criteria.by) {
    case "FISCAL_CODE":
      return { codiceFiscale: criteria.fiscalCode };
    case "REGISTRY_ID":
      return { idANPR: criteria.registryId };
    case "HOUSEHOLD":
      return { tipoScheda: "3", identificativoANPR: criteria.householdId };
    case "NAME":
      return { cognome: criteria.familyName, nome: criteria.givenName, ...(criteria.sex ? { sesso: criteria.sex } : {}) };
  }
}

function birthCriteria({ date, precision = "DAY", municipality }: PersonSearch["birth"]): Message {
  return {
    dataEvento: date,
    ...(precision === "MONTH" ? { senzaGiorno: "1" } : {}),
    ...(precision === "YEAR" ? { senzaGiornoMese: "1" } : {}),
    ...(municipality
      ? { luogoNascita: { comune: { nomeComune: municipality.name, codiceIstat: municipality.istatCode, siglaProvinciaIstat: municipality.province } } }
      : {}),
  };
}
