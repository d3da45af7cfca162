import type { EntityManager } from "@mikro-orm/postgresql";
import { OidcClient } from "../../entities/oidc-client.ts";
import { newSecret } from "../../kernel/ids.ts";
import { HubError } from "../../kernel/errors.ts";
import { hashOfSecret } from "../session/secret.ts";
import type { Registration } from "./registration.ts";

/** What a registration came to. `secret` is there once, when it was made: only its hash is kept. */
export interface Registered {
  readonly done: "CREATED" | "CHANGED" | "UNCHANGED";
  readonly secret: string | null;
}

/**
 * Registers a client of an administration, or makes it as the registration says; doing it again changes nothing. A client
 * that can keep a secret gets one at first, and a new one when asked for, from when the old one is no good. What it may
 * no longer do ends with the next request made through it. Throws CLIENT_TAKEN when another administration has the id.
 */
export async function registerClient(em: EntityManager, administration: string, { kind, ...client }: Registration, { renewSecret = false } = {}): Promise<Registered> {
  return em.transactional(async inner => {
    const known = await inner.findOne(OidcClient, { clientId: client.clientId });
    if (known && known.administration.id !== administration) throw new HubError("CLIENT_TAKEN", "another administration has a client of this id");
    const secret = kind === "confidential" && (!known?.secretHash || renewSecret) ? newSecret() : null;
    const secretHash = kind === "confidential" ? (secret === null ? known!.secretHash! : hashOfSecret(secret)) : null;
    const wanted = { ...client, native: kind === "native", secretHash };
    if (!known) {
      inner.create(OidcClient, { administration, ...wanted });
      return { done: "CREATED", secret };
    }
    const same = (Object.keys(wanted) as (keyof typeof wanted)[]).every(key => JSON.stringify(known[key] ?? null) === JSON.stringify(wanted[key]));
    if (!same) Object.assign(known, wanted);
    return { done: same ? "UNCHANGED" : "CHANGED", secret };
  });
}
