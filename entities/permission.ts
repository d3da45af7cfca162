import type { DataSet } from "./partner.ts";
import type { StaffRole } from "./staff.ts";

/** What somebody may use of the graph. Each field under a permission exists only in the slices that hold it. */
export const permissions = [
  "catalogue", "booking", "self", "apply", "pay", "registry", "limits",
  "desk", "desk:decide", "desk:payments", "desk:reconciliation", "desk:representations", "desk:certificates", "desk:declarations",
  "agreement", "agreement:residence", "agreement:residence-address", "agreement:civil-status",
] as const;

export type Permission = (typeof permissions)[number];

/** What everybody may use, signed in or not. */
export const visitorPermissions: readonly Permission[] = ["limits", "catalogue", "booking"];

/** What somebody who signed in may use. */
export const citizenPermissions: readonly Permission[] = [...visitorPermissions, "self", "apply", "pay", "registry"];

/** What each role adds for staff at work. */
export const rolePermissions: Readonly<Record<StaffRole, readonly Permission[]>> = {
  FRONT_OFFICE: ["limits", "catalogue", "desk", "desk:certificates", "desk:declarations", "registry"],
  CASE_OFFICER: ["limits", "catalogue", "desk", "desk:decide", "desk:representations", "desk:certificates", "desk:declarations", "registry"],
  ACCOUNTANT: ["limits", "catalogue", "desk", "desk:payments", "desk:reconciliation", "registry"],
  SUPERVISOR: ["limits", "catalogue", "desk", "desk:decide", "desk:representations", "desk:payments", "desk:reconciliation", "desk:certificates", "desk:declarations", "registry"],
};

/** What an agreement's data set adds for the partner. */
export const dataSetPermissions: Readonly<Record<DataSet, readonly Permission[]>> = {
  RESIDENCE: ["limits", "agreement", "agreement:residence"],
  RESIDENCE_ADDRESS: ["limits", "agreement", "agreement:residence", "agreement:residence-address"],
  CIVIL_STATUS: ["limits", "agreement", "agreement:civil-status"],
};
