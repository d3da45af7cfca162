import { problem } from "../../entities/problem.ts";
import type { StaffCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** The desk of the caller. */
export function openDesk(hub: Hub): { member: string } {
  return { member: staff(hub).name };
}

/** The offices where the caller works, by name. */
export const deskOffices = (hub: Hub, info: FieldInfo): Promise<unknown[]> => hub.plans.list(hub, info, { id: [...staff(hub).officeIds] }, [["name", "asc"]]);

/** A page of what the caller's offices have: the rows are theirs by the rule of ownership. */
export const deskPage = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.page(hub, info, {});

/** A page of the payments of the caller's offices that pagoPA's register refused. */
export const deskRefusedPayments = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.page(hub, info, { handOver: "REFUSED" });

function staff({ caller }: Hub): StaffCaller {
  if (caller.kind !== "staff") throw problem("NOT_FOUND");
  return caller;
}
