import type { Registry } from "./anpr/index.ts";
import type { Checkout } from "./pagopa/checkout.ts";
import type { ServiceProvider } from "./spid/index.ts";
import type { SourceHealth } from "./upstream.ts";

/** Whom the hub asks on behalf of one administration: one line for each outside system. */
export interface Connectors {
  /** ANPR, the national residents' registry. */
  readonly registry: Registry;
  /** SPID, the public digital identity. */
  readonly spid: ServiceProvider;
  /** Sign-in with the electronic identity card. */
  readonly cie: ServiceProvider;
  /** pagoPA Checkout, the payment page. */
  readonly checkout: Checkout;
  /** How those that are called have been doing. */
  health(): readonly SourceHealth[];
}
