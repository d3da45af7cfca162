import type { Registry, RegistryOffice } from "./anpr/index.ts";
import type { CitizenApp } from "./io/index.ts";
import type { Post } from "./mail.ts";
import type { PositionArchive } from "./pagopa/aca.ts";
import type { PaymentMemory } from "./pagopa/biz-events.ts";
import type { Checkout } from "./pagopa/checkout.ts";
import type { FlowReporting } from "./pagopa/fdr.ts";
import type { DebtRegister } from "./pagopa/gpd.ts";
import type { ServiceProvider } from "./spid/index.ts";
import type { OpenDoors } from "./registry/doors.ts";
import type { SourceHealth } from "./upstream.ts";

/**
 * ACA: the administration's own station answers the node, and pagoPA's archive does while it is down. GPD: pagoPA answers
 * for the administration.
 */
export type Positions = { readonly model: "ACA"; readonly archive: PositionArchive } | { readonly model: "GPD"; readonly register: DebtRegister };

/** Whom the hub asks on behalf of one administration: one line for each outside system. */
export interface Connectors {
  /** ANPR, the national residents' registry. */
  readonly registry: Registry;
  /** The registry behind each door that is open, for whoever looks after the doors; `registry` asks through the one that each use was given. */
  readonly registryDoors: OpenDoors;
  /** The registry again, for what only a municipality's registry office may ask of it: certificates, tables of codes, declarations. Null where the administration's door for that is PDND, which has none of these. */
  readonly office: RegistryOffice | null;
  /** SPID, the public digital identity. */
  readonly spid: ServiceProvider;
  /** Sign-in with the electronic identity card. */
  readonly cie: ServiceProvider;
  /** pagoPA Checkout, the payment page. */
  readonly checkout: Checkout;
  /** pagoPA FdR: what payment providers report to have wired. */
  readonly reporting: FlowReporting;
  /** pagoPA's register of positions, by the model under which the administration works; null where it hands none over. */
  readonly positions: Positions | null;
  /** pagoPA biz-events: the platform's memory of payments, for receipts that never came. */
  readonly payments: PaymentMemory;
  /** App IO; null for an administration that has no service there. */
  readonly app: CitizenApp | null;
  /** E-mail; null for an administration that has no server for it. */
  readonly post: Post | null;
  /** How those that are called have been doing. */
  health(): readonly SourceHealth[];
}
