import { problem } from "../../entities/problem.ts";
import type { CitizenCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** The caller, with all that is theirs. */
export const showSelf = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.self(hub, info, { id: citizen(hub).citizenId });

/** At which level the caller signed in. */
export const ownAssurance = (hub: Hub): string => citizen(hub).assurance;

/** A page of who read the caller's registry data. */
export const whoReadMyData = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.page(hub, info, {});

function citizen({ caller }: Hub): CitizenCaller {
  if (caller.kind !== "citizen") throw problem("NOT_FOUND");
  return caller;
}
