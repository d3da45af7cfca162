import type { Registry, RegistryOffice } from "./anpr/index.ts";
import type { Checkout } from "./pagopa/checkout.ts";
import type { FlowReporting } from "./pagopa/fdr.ts";
import type { ServiceProvider } from "./spid/index.ts";
import type { SourceHealth } from "./upstream.ts";

/** Whom the hub asks on behalf of one administration: one line for each outside system. */
export interface Connectors {
  /** ANPR, the national residents' registry. */
  readonly registry: Registry;
  /** The registry again, for what only a municipality's registry office may ask of it: certificates, tables of codes, declarations. Null where the administration's door is PDND, which has none of these. */
  readonly office: RegistryOffice | null;
  /** SPID, the public digital identity. */
  readonly spid: ServiceProvider;
  /** Sign-in with the electronic identity card. */
  readonly cie: ServiceProvider;
  /** pagoPA Checkout, the payment page. */
  readonly checkout: Checkout;
  /** pagoPA FdR: what payment providers report to have wired. */
  readonly reporting: FlowReporting;
  /** How those that are called have been doing. */
  health(): readonly SourceHealth[];
}
