import type { DataSet } from "../../connectors/anpr/index.ts";
import type { Hub } from "../hub.ts";
import { residenceHere, residenceOf } from "../registry/shown.ts";
import { readUnderAgreement, type AboutWhom } from "./read.ts";

/**
 * Whether somebody lives here, for a partner under its agreement, with only what the query asks. Throws NOT_IN_REGISTRY,
 * QUOTA_EXCEEDED, INVALID_INPUT, and as the registry does.
 */
export async function verifyResidence(hub: Hub, input: AboutWhom, fields: readonly string[]) {
  const dataSets: DataSet[] = fields.includes("civilStatus") ? ["RESIDENCE", "CIVIL_STATUS"] : ["RESIDENCE"];
  const { value, provenance } = await readUnderAgreement(hub, input, dataSets);
  const residence = residenceOf(value);
  const resident = residence !== null && residenceHere(hub, value) !== null;
  return {
    __typename: "ResidenceVerification", resident, since: resident ? residence.since : null, civilStatus: value.civilStatus ?? null, provenance,
    address: resident ? [residence.address, residence.postalCode, residence.municipality].filter(Boolean).join(", ") : null,
  };
}
