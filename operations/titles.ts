import type { StaffRole } from "../entities/staff.ts";
import type { StaffCaller } from "./caller.ts";

const roleTitles: Readonly<Record<StaffRole, string>> = { FRONT_OFFICE: "operatore di sportello", CASE_OFFICER: "istruttore", ACCOUNTANT: "contabile", SUPERVISOR: "responsabile" };

/** A member of staff as citizens see them: the office and their role in it, never the name. */
export function staffTitle({ assignments }: StaffCaller, { id, name }: { readonly id?: string; readonly name: string }): string {
  const roles = assignments.filter(({ office }) => office === id).map(({ role }) => roleTitles[role]);
  return [name, roles.join(" e ")].filter(Boolean).join(", ");
}
