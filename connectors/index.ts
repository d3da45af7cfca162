import type { Registry } from "./anpr/index.ts";

export { openRegistry, registrySettings } from "./anpr/index.ts";

/** Whom the hub asks, for one administration: one line for each outside system. */
export interface Connectors {
  /** The national registry of residents (ANPR). */
  readonly registry: Registry;
}
