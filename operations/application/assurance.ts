import { problem } from "../../entities/problem.ts";
import type { AssuranceLevel } from "../../entities/service.ts";
import type { Hub } from "../hub.ts";

/** Refuses a sign-in below a level, telling where to sign in better. Levels compare as text: L1 < L2 < L3. */
export function assertAssurance({ caller, publicUrl }: Hub, required: AssuranceLevel | null | undefined): void {
  const signedIn = caller.kind === "citizen" || caller.kind === "staff" ? caller : null;
  if (!required || (signedIn && signedIn.assurance >= required)) return;
  throw problem("ASSURANCE_TOO_LOW", { details: { required, stepUpUrl: `${publicUrl}${stepUp(required, signedIn?.client)}` } });
}

/** Where to go: people by themselves to a page of the hub; through a client that signs them in by OpenID Connect, as that does. */
function stepUp(required: AssuranceLevel, client: string | undefined): string {
  const level = required.slice(1);
  if (client === undefined) return `/step-up?level=${level}`;
  return `/oidc/auth?${new URLSearchParams({ client_id: client, response_type: "code", scope: "openid", acr_values: `https://www.spid.gov.it/SpidL${level}` }).toString()}`;
}
