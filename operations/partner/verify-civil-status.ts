import type { Hub } from "../hub.ts";
import { readUnderAgreement, type AboutWhom } from "./read.ts";

/** Somebody's civil status, for a partner under its agreement. Throws NOT_IN_REGISTRY, QUOTA_EXCEEDED, INVALID_INPUT, and as the registry does. */
export async function verifyCivilStatus(hub: Hub, input: AboutWhom) {
  const { value, provenance } = await readUnderAgreement(hub, input, ["CIVIL_STATUS"]);
  return { __typename: "CivilStatusVerification", civilStatus: value.civilStatus ?? null, provenance };
}
