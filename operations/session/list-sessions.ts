import { Session } from "../../entities/session.ts";
import { problem } from "../../entities/problem.ts";
import { asThemselves } from "../delegation/themselves.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";
import { openAt } from "./find-session.ts";

/** The sessions that whoever really asks holds open, the one used last first. */
export async function listSessions(given: Hub, info: FieldInfo): Promise<unknown[]> {
  const hub = asThemselves(given);
  const { caller, administration, clock } = hub;
  if (caller.kind !== "citizen") throw problem("NOT_FOUND");
  const open = await hub.em.find(Session, { citizen: caller.citizenId, administration: administration.id, ...openAt(clock.now()) }, { fields: ["id"] });
  return hub.plans.list(hub, info, { id: open.map(({ id }) => id) }, [["seenAt", "desc"], ["id", "desc"]]);
}

/** Whether a session is the one in which the caller asks. */
export const isCurrent = ({ caller }: Hub, id: string): boolean => "sessionId" in caller && caller.sessionId === id;

/** The identity provider's name for people; its identifier where it is not trusted any more. */
export function providerName({ connectors, locale }: Hub, scheme: string, provider: string): string {
  const known = connectors[scheme === "cie" ? "cie" : "spid"].providers().find(({ entityId }) => entityId === provider);
  return known?.name[locale] ?? provider;
}
