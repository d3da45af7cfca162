/** The three things that the registry says when a message does not pass its gate, and it says nothing more. */
export const gateFaults = {
  /** Clock, operator, workstation, certificate, signature. */
  policy: "Rejected by policy. (from client)",
  /** A part of the security is missing altogether. */
  internal: "Internal Error",
  /** The message is not XML, or not a message of the service. */
  invalid: "Aborting...Invalid request received Error",
} as const;

export type GateFaultKind = keyof typeof gateFaults;

/** Stops a request at the gate. The reason is for the log of the sandbox; the answer never carries it. */
export class GateFault extends Error {
  override readonly name = "GateFault";

  constructor(readonly kind: GateFaultKind, reason: string) {
    super(reason);
  }
}

/** Passes when `condition` holds; otherwise the request is rejected by policy for this reason. */
export function demand(condition: unknown, reason: string): asserts condition {
  if (!condition) throw new GateFault("policy", reason);
}
