import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Connectors } from "../../connectors/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Vault } from "../../kernel/vault.ts";
import type { AdministrationInfo } from "../../operations/hub.ts";
import type { Cookies } from "./cookies.ts";
import type { ReturnRule } from "./return-to.ts";

/** What the pages of sign-in and sign-out need. */
export interface IdentityDeps extends ReturnRule {
  readonly orm: MikroORM;
  readonly connectors: Pick<Connectors, "spid" | "cie">;
  readonly administration: AdministrationInfo;
  readonly cookies: Cookies;
  /** Seals the register of sign-ins. */
  readonly vault: Vault;
  /** Entity ID of the European node among the trusted SPID providers, where there is one. */
  readonly eidasNode: string | undefined;
  readonly sessionHours: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A unit of work for one request. */
export const unitOfWork = ({ orm }: IdentityDeps): EntityManager => orm.em.fork();
