import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id } from "./common.ts";
import { Office } from "./office.ts";

export const StaffRole = { FRONT_OFFICE: "FRONT_OFFICE", CASE_OFFICER: "CASE_OFFICER", ACCOUNTANT: "ACCOUNTANT", SUPERVISOR: "SUPERVISOR" } as const;
export type StaffRole = keyof typeof StaffRole;

const StaffMemberSchema = defineEntity({
  name: "StaffMember",
  uniques: [{ properties: ["administration", "fiscalCode"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** Matched at sign-in; never shown. */
    fiscalCode: p.text(),
    name: p.text(),
    active: p.boolean(),
    assignments: () => p.oneToMany(StaffAssignment).mappedBy("member"),
  },
});

/** Somebody who works for the administration. */
export class StaffMember extends StaffMemberSchema.class {}

const StaffAssignmentSchema = defineEntity({
  name: "StaffAssignment",
  uniques: [{ properties: ["member", "office", "role"] }],
  indexes: [{ properties: ["office"] }, { properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    member: () => p.manyToOne(StaffMember),
    office: () => p.manyToOne(Office),
    role: p.enum(() => StaffRole),
  },
});

/** A role in an office: what a member may do, and whose rows they see. */
export class StaffAssignment extends StaffAssignmentSchema.class {}

StaffMemberSchema.setClass(StaffMember);
StaffAssignmentSchema.setClass(StaffAssignment);
