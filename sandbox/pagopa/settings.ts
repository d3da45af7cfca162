/** A station that wants the receipts of an institution's transfers although another institution issued the notice. */
export interface Broadcast {
  readonly brokerId: string;
  readonly stationId: string;
  /** Where it listens; without it, where every station listens. */
  readonly url?: string;
  readonly version?: 1 | 2;
}

/** What the BackOffice knows of a creditor institution. */
export interface Institution {
  readonly fiscalCode: string;
  readonly name: string;
  /** A disabled one is known but may not be a beneficiary. */
  readonly enabled: boolean;
  /** The accounts it registered; `*` admits every account, for institutions set up in a hurry. */
  readonly ibans: readonly string[];
  readonly brokerId: string;
  readonly stationId: string;
  /** Where its station listens; without it, where every station listens. */
  readonly stationUrl?: string;
  readonly broadcast: readonly Broadcast[];
}

/** A limit of calls in a window of time. */
export interface Limit {
  readonly calls: number;
  readonly perMs: number;
}

export interface NodeSettings {
  /** The station's address; by default the hub's `/pagopa/paForNode`. */
  readonly stationUrl?: string;
  /** What the node adds to each call of the station: stands for the client certificate that a proxy reports. */
  readonly stationHeaders: Readonly<Record<string, string>>;
  /** How long the node waits, in milliseconds: for verify, get payment and demand, and for receipts. */
  readonly timeouts: { readonly enquiry: number; readonly receipt: number };
  /** How long a payment token blocks the notice, in milliseconds. */
  readonly tokenLife: number;
  readonly retry: { readonly everyMs: number; readonly tries: number };
  /** How long a payment left waiting at Checkout takes to be settled, in milliseconds. */
  readonly waitingMs: number;
  /** One subscription key for each product, as the BackOffice issues them; both of a pair are valid. */
  readonly keys: Readonly<Record<Product, readonly string[]>>;
  readonly limits: { readonly carts: Limit; readonly receipts: readonly Limit[] };
  readonly institutions: readonly Institution[];
}

export type Product = "checkout" | "aca" | "gpd" | "bizEvents" | "fdr";

const institution = (fiscalCode: string, name: string, ibans: readonly string[], enabled = true): Institution => ({
  fiscalCode,
  name,
  enabled,
  ibans,
  brokerId: fiscalCode,
  stationId: `${fiscalCode}_01`,
  broadcast: [],
});

const testIban = "IT45R0760103200000000001016";

/**
 * The defaults: the demonstration municipality, and the fictitious institutions of pagoPA's own test environment
 * (one of them disabled), so that messages written for that environment find the configuration that they expect.
 */
export const defaultSettings: NodeSettings = {
  stationHeaders: {},
  timeouts: { enquiry: 7_000, receipt: 15_000 },
  tokenLife: 30 * 60_000,
  retry: { everyMs: 3_600_000, tries: 48 },
  waitingMs: 10_000,
  keys: {
    checkout: ["sandbox-checkout-key", "sandbox-checkout-key-2"],
    aca: ["sandbox-aca-key", "sandbox-aca-key-2"],
    gpd: ["sandbox-gpd-key", "sandbox-gpd-key-2"],
    bizEvents: ["sandbox-biz-events-key", "sandbox-biz-events-key-2"],
    fdr: ["sandbox-fdr-key", "sandbox-fdr-key-2"],
  },
  limits: {
    carts: { calls: 150, perMs: 10_000 },
    receipts: [
      { calls: 1, perMs: 5_000 },
      { calls: 10, perMs: 3_600_000 },
    ],
  },
  institutions: [
    institution("00480530047", "Comune di Cuneo", ["*"]),
    ...["77777777777", "44444444444", "90000000001", "90000000002"].map(code => institution(code, `Ente di prova ${code}`, [testIban])),
    institution("11111122222", "Ente di prova disabilitato", [testIban], false),
  ],
};
