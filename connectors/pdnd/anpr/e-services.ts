import type { DataSet } from "../../anpr/registry.ts";
import { SourceRefused } from "../../upstream.ts";

/** The registry's e-services on PDND that the hub knows, by code: their names in the catalogue and in addresses. */
export const eServices = {
  C001: "servizioNotifica",
  C003: "servizioVerificaDichGeneralita",
  C007: "servizioVerificaDichEsistenzaVita",
  C008: "servizioVerificaDichResidenza",
  C009: "servizioVerificaDichStatoFamiglia",
  C015: "servizioAccertamentoGeneralita",
  C016: "servizioAccertamentoDichDecesso",
  C017: "servizioAccertamentoMatrimonio",
  C018: "servizioAccertamentoCittadinanza",
  C019: "servizioAccertamentoEsistenzaVita",
  C020: "servizioAccertamentoResidenza",
  C021: "servizioAccertamentoStatoFamiglia",
  C024: "servizioAccertamentoPaternita",
  C025: "servizioAccertamentoMaternita",
  C030: "servizioAccertamentoIdUnicoNazionale",
} as const;

export type EService = keyof typeof eServices;

export const eServiceCodes = Object.keys(eServices) as [EService, ...EService[]];

/** One purposeId for each e-service that the administration may use. */
export type Purposes = Readonly<Partial<Record<EService, string>>>;

/** Which e-services tell a data set, the narrowest first. Data sets that are not here are in no e-service. */
const tellers: Readonly<Partial<Record<DataSet, readonly EService[]>>> = {
  IDENTITY: ["C015", "C001"],
  CIVIL_STATUS: ["C015"],
  CITIZENSHIP: ["C018"],
  FATHER: ["C024"],
  MOTHER: ["C025"],
  RESIDENCE: ["C020", "C001"],
  MARRIAGE: ["C017"],
  WIDOWHOOD: ["C017"],
  HOUSEHOLD: ["C021"],
  HOUSEHOLD_TIE: ["C021"],
  DEATH: ["C019", "C016"],
};

/** E-services about something that need not have happened: nothing found there does not mean that nobody was. */
export const eventual: ReadonlySet<EService> = new Set<EService>(["C016", "C017", "C024", "C025"]);

/**
 * The fewest e-services that tell the data sets, among those with a purpose. Each of them tells whom it is about, so
 * identity adds one only where none of the others answers about everybody. Throws `SourceRefused`, `UNSUPPORTED`, when one is told by no e-service or has no purpose.
 */
export function chooseServices(dataSets: readonly DataSet[], purposes: Purposes): readonly EService[] {
  const chosen = new Set<EService>();
  const choose = (dataSet: DataSet) => {
    const able = (tellers[dataSet] ?? []).filter(code => purposes[code] !== undefined);
    const [first] = able;
    if (!first) throw new SourceRefused("ANPR", "UNSUPPORTED", tellers[dataSet] ? `NO_PURPOSE_${tellers[dataSet][0]}` : `NOT_ON_PDND_${dataSet}`);
    if (!able.some(code => chosen.has(code))) chosen.add(first);
  };
  dataSets.filter(dataSet => dataSet !== "IDENTITY").forEach(choose);
  if (dataSets.includes("IDENTITY") && [...chosen].every(code => eventual.has(code))) choose("IDENTITY");
  return [...chosen];
}
