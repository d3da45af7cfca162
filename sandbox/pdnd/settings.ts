/** The residents' registry's e-services that the sandbox plays: code, and name in catalogue and addresses. */
export const services = {
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

export type ServiceCode = keyof typeof services;

export const serviceCodes = Object.keys(services) as ServiceCode[];

export interface PdndSimulatorSettings {
  /** The one client for e-services that the municipality has. */
  readonly clientId: string;
  readonly consumerId: string;
  readonly producerId: string;
  /** An e-service whose purpose, or the agreement behind it, is suspended gets no vouchers. */
  readonly suspended: readonly ServiceCode[];
  /** Vouchers that may be asked for in an interval; spent ones come back constantly. */
  readonly vouchers: { readonly limit: number; readonly intervalMs: number };
  /** Requests to one e-service in a day. */
  readonly dailyQuota: number;
}

/** The purpose for which the municipality may use an e-service: the same at every start. */
export const purposeOf = (code: ServiceCode): string => `d205${code.toLowerCase()}-0000-4000-8000-000000004078`;

/** The number of an e-service in PDND's catalogue. */
export const eserviceIdOf = (code: ServiceCode): string => `e5e7${code.toLowerCase()}-0000-4000-8000-000000000001`;

export const defaultSettings: PdndSimulatorSettings = {
  clientId: "d2050000-c11e-4000-8000-000000004078",
  consumerId: "d2050000-0c0e-4000-8000-000000004078",
  producerId: "a9400000-0000-4000-8000-000000000001",
  suspended: [],
  vouchers: { limit: 500, intervalMs: 1_000 },
  dailyQuota: 100_000,
};
