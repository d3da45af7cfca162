import type { Caller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import type { JobHub } from "../job.ts";

/** The hub itself, at work on somebody's case while nobody waits: what it reads, the office of the case reads. It has no slice of the graph. */
export interface AutomaticReader {
  readonly kind: "automatic";
  /** Names the work, in the register of accesses and to the registry. */
  readonly key: string;
}

/** Whoever reads the registry, with what reading takes. */
export type RegistryReader = Pick<Hub, "administration" | "clock" | "connectors" | "pseudonym" | "signal"> & { readonly caller: Caller | AutomaticReader };

/** The reader that work without a caller is: `work` names it. Give up reading by `signal`. */
export const automatic = ({ administration, clock, connectors, pseudonym }: JobHub, work: string, signal: AbortSignal): RegistryReader =>
  ({ administration, clock, connectors, pseudonym, signal, caller: { kind: "automatic", key: `hub:${work}` } });
