import type { DataSet } from "./registry.ts";

/** The registry's numbers of what may be asked (its table "dati richiesti"). */
export const dataSetCodes: Readonly<Record<DataSet, string>> = {
  IDENTITY: "2", CIVIL_STATUS: "3", CITIZENSHIP: "6", FATHER: "8", MOTHER: "9", RESIDENCE: "10", MARRIAGE: "13", WIDOWHOOD: "14",
  IDENTITY_CARD: "16", HOUSEHOLD_TIE: "21", HOUSEHOLD: "22", DIGITAL_ADDRESS: "25", CANCELLATION: "27", DEATH: "28",
};
