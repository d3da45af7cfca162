import { problem } from "../../entities/problem.ts";
import type { AssuranceLevel } from "../../entities/service.ts";
import type { Hub } from "../hub.ts";

/** Refuses a sign-in below a level, telling where to sign in better. Levels compare as text: L1 < L2 < L3. */
export function assertAssurance({ caller, publicUrl }: Hub, required: AssuranceLevel | null | undefined): void {
  const actual = caller.kind === "citizen" || caller.kind === "staff" ? caller.assurance : null;
  if (!required || (actual && actual >= required)) return;
  throw problem("ASSURANCE_TOO_LOW", { details: { required, stepUpUrl: `${publicUrl}/step-up?level=${required.slice(1)}` } });
}
