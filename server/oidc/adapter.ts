import { createHash } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { errors, type Adapter, type AdapterPayload } from "oidc-provider";
import { OidcArtifact } from "../../entities/oidc-artifact.ts";
import { OidcClient } from "../../entities/oidc-client.ts";
import type { Clock } from "../../kernel/clock.ts";
import { openAt } from "../../operations/session/find-session.ts";
import { clientMetadata } from "./clients.ts";

export interface AdapterDeps {
  readonly fork: () => EntityManager;
  readonly administrationId: string;
  /** Has whom tokens stand for looked at anew: some were taken back. */
  readonly forget: () => void;
  readonly clock: Clock;
}

/** What an artifact is kept under: its holder's secret cannot be read from it. */
export const artifactId = (kind: string, secret: string): string => createHash("sha256").update(`${kind}:${secret}`).digest("base64url");

/**
 * Keeps what the OpenID Provider must know again in the database, for every process and past every restart.
 *
 * Accounts are sessions here: whatever was issued for one rests on it, and is not found any more once it has ended.
 */
export function createAdapter({ fork, administrationId: administration, forget, clock }: AdapterDeps): (kind: string) => Adapter {
  const alive = () => ({ administration, expiresAt: { $gt: clock.now() }, $or: [{ session: null }, { session: openAt(clock.now()) }] });

  // The grant first: whoever is about to issue something on it is waited for, and what they issued goes with the rest.
  const revoke = async (grantId: string): Promise<void> => {
    await fork().transactional(async em => {
      await em.nativeDelete(OidcArtifact, { id: artifactId("Grant", grantId), administration });
      await em.nativeDelete(OidcArtifact, { grantId, administration });
    });
    forget();
  };

  return kind => ({
    async upsert(id, payload) {
      const { jti: _secret, ...kept } = payload;
      await fork().transactional(async em => {
        if (restOnGrant.includes(kind) && payload.grantId) await assertGranted(em, payload.grantId);
        await em.upsert(OidcArtifact, {
          id: artifactId(kind, id), administration, kind, payload: kept, session: payload.accountId ?? null, grantId: payload.grantId ?? null, uid: payload.uid ?? null,
          expiresAt: new Date(payload.exp! * 1_000),
        });
      });
    },
    async find(id) {
      if (kind === "Client") {
        const client = await fork().findOne(OidcClient, { clientId: id, administration, active: true });
        return client ? clientMetadata(client) : undefined;
      }
      const found = await fork().findOne(OidcArtifact, { id: artifactId(kind, id), ...alive() });
      return found ? { ...shown(found), jti: id } : undefined;
    },
    async findByUid(uid) {
      const found = await fork().findOne(OidcArtifact, { uid, kind, ...alive() });
      return found ? shown(found) : undefined;
    },
    // Codes for devices without a browser are not offered.
    findByUserCode: () => Promise.resolve(undefined),
    async consume(id) {
      const key = artifactId(kind, id);
      if ((await fork().nativeUpdate(OidcArtifact, { id: key, consumedAt: null }, { consumedAt: clock.now() })) === 1) return;
      // Of two who come with the same at once, one is too many: it is not known which, so neither goes on.
      const used = await fork().findOne(OidcArtifact, { id: key }, { fields: ["grantId"] });
      if (used?.grantId) await revoke(used.grantId);
      throw new errors.InvalidGrant("already used");
    },
    async destroy(id) {
      await fork().nativeDelete(OidcArtifact, { id: artifactId(kind, id) });
      if (kind === "AccessToken") forget();
    },
    revokeByGrantId: revoke,
  });
}

/** What is issued on a grant, and is worth nothing without it. */
const restOnGrant: readonly string[] = ["AuthorizationCode", "AccessToken", "RefreshToken"];

/** Makes sure that a grant holds until the end of the transaction. Throws InvalidGrant when it was revoked. */
async function assertGranted(em: EntityManager, grantId: string): Promise<void> {
  const found = await em.findOne(OidcArtifact, { id: artifactId("Grant", grantId) }, { fields: ["id"], lockMode: LockMode.PESSIMISTIC_READ });
  if (!found) throw new errors.InvalidGrant("the grant was revoked");
}

const shown = ({ payload, consumedAt }: OidcArtifact): AdapterPayload => ({ ...payload, ...(consumedAt ? { consumed: true } : {}) });
