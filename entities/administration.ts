import { defineEntity, p } from "@mikro-orm/core";
import { id } from "./common.ts";

/** What an administration decides for itself; each value has a default in the seeds and a meaning in the docs. */
export interface AdministrationSettings {
  /** pagoPA: identity of the station, segregation code of the notices it generates, and where the money goes. */
  readonly pagopa: { readonly brokerId: string; readonly stationId: string; readonly segregationCode: string; readonly iban: string; readonly postalIban?: string; readonly cbill?: string };
  /** Appointments: how many days ahead may be booked, and for how many minutes a chosen time is held. */
  readonly booking: { readonly horizonDays: number; readonly holdMinutes: number };
  /** Days for a proceeding when the service states none. */
  readonly defaultTermDays: number;
  /** Registry: how long, in seconds, an answer may be shown again for the same purpose. */
  readonly registryCacheSeconds: number;
  /** ZTL: days a permit is valid, its fee in cents and the taxonomy code of the fee. */
  readonly ztl: { readonly validityDays: number; readonly feeCents: number; readonly taxonomyCode: string; readonly maximumPlates: number };
}

const AdministrationSchema = defineEntity({
  name: "Administration",
  properties: {
    id: id(),
    /** Code in the index of public administrations, e.g. `c_d205`. */
    ipaCode: p.text().unique(),
    /** Eleven digits. */
    fiscalCode: p.text().unique(),
    name: p.text(),
    istatCode: p.text(),
    cadastralCode: p.text(),
    province: p.text(),
    settings: p.json<AdministrationSettings>(),
  },
});

/** The root of the data: every owned row belongs to one, every query is filtered by one. */
export class Administration extends AdministrationSchema.class {}
AdministrationSchema.setClass(Administration);
