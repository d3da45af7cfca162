import type { DataSet } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { residenceHere, residenceOf } from "../registry/shown.ts";
import { takeQuota } from "./quota.ts";

/**
 * Whether somebody lives here, for a partner under its agreement, with only what the query asks. Throws NOT_IN_REGISTRY,
 * QUOTA_EXCEEDED, INVALID_INPUT, and as the registry does.
 */
export async function verifyResidence(hub: Hub, input: { readonly fiscalCode: string; readonly reference: string }, fields: readonly string[]) {
  const { caller } = hub;
  if (caller.kind !== "partner") throw problem("NOT_FOUND");
  const reference = input.reference.trim();
  if (!reference) throw problem("INVALID_INPUT", { path: ["input", "reference"], reason: "EMPTY" });
  if (reference.length > 60) throw problem("INVALID_INPUT", { path: ["input", "reference"], reason: "TOO_LONG" });
  await takeQuota(hub, caller);

  const dataSets: DataSet[] = fields.includes("civilStatus") ? ["RESIDENCE", "CIVIL_STATUS"] : ["RESIDENCE"];
  const { value, provenance } = await hub.registry.person(hub, input.fiscalCode, dataSets, { kind: "AGREEMENT", reference: `${caller.agreementReference} ${reference}`, text: caller.purpose });
  if (!value) throw problem("NOT_IN_REGISTRY");
  const residence = residenceOf(value);
  const resident = residence !== null && residenceHere(hub, value) !== null;
  return {
    __typename: "ResidenceVerification", resident, since: resident ? residence.since : null, civilStatus: value.civilStatus ?? null, provenance,
    address: resident ? [residence.address, residence.postalCode, residence.municipality].filter(Boolean).join(", ") : null,
  };
}
