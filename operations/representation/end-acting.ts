import type { EntityManager } from "@mikro-orm/postgresql";
import { Delegation } from "../../entities/delegation.ts";
import type { Representation } from "../../entities/representation.ts";

/** Ends whatever is being done on the strength of a representation: sessions go on as their holder's own, sockets close. */
export async function endActing(em: EntityManager, representation: Representation, at: Date): Promise<void> {
  await em.nativeUpdate(Delegation, { representation: representation.id, endedAt: null }, { endedAt: at });
}
