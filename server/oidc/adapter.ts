import { createHash } from "node:crypto";
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
  readonly clock: Clock;
}

/** What an artifact is kept under: its holder's secret cannot be read from it. */
export const artifactId = (kind: string, secret: string): string => createHash("sha256").update(`${kind}:${secret}`).digest("base64url");

/**
 * Keeps what the OpenID Provider must know again in the database, for every process and past every restart.
 *
 * Accounts are sessions here: whatever was issued for one rests on it, and is not found any more once it has ended.
 */
export function createAdapter({ fork, administrationId: administration, clock }: AdapterDeps): (kind: string) => Adapter {
  const alive = () => ({ administration, expiresAt: { $gt: clock.now() }, $or: [{ session: null }, { session: openAt(clock.now()) }] });

  return kind => ({
    async upsert(id, payload) {
      const { jti: _secret, ...kept } = payload;
      await fork().upsert(OidcArtifact, {
        id: artifactId(kind, id), administration, kind, payload: kept, session: payload.accountId ?? null, grantId: payload.grantId ?? null, uid: payload.uid ?? null,
        expiresAt: new Date(payload.exp! * 1_000),
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
      if (used?.grantId) await fork().nativeDelete(OidcArtifact, { administration, $or: [{ grantId: used.grantId }, { id: artifactId("Grant", used.grantId) }] });
      throw new errors.InvalidGrant("already used");
    },
    async destroy(id) {
      await fork().nativeDelete(OidcArtifact, { id: artifactId(kind, id) });
    },
    async revokeByGrantId(grantId) {
      await fork().nativeDelete(OidcArtifact, { kind, grantId, administration });
    },
  });
}

const shown = ({ payload, consumedAt }: OidcArtifact): AdapterPayload => ({ ...payload, ...(consumedAt ? { consumed: true } : {}) });
