import type { DataSet, RegistryPerson } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import type { Read } from "../registry/read.ts";
import { takeQuota } from "./quota.ts";

/** About whom a partner asks, and under which reference of its own. */
export interface AboutWhom {
  readonly fiscalCode: string;
  readonly reference: string;
}

/** Reads about a person for a partner, under its agreement and counted by it. Throws NOT_IN_REGISTRY, QUOTA_EXCEEDED, INVALID_INPUT, and as the registry does. */
export async function readUnderAgreement(hub: Hub, input: AboutWhom, dataSets: readonly DataSet[]): Promise<Read<RegistryPerson> & { readonly value: RegistryPerson }> {
  const { caller } = hub;
  if (caller.kind !== "partner") throw problem("NOT_FOUND");
  const reference = input.reference.trim();
  if (!reference) throw problem("INVALID_INPUT", { path: ["input", "reference"], reason: "EMPTY" });
  if (reference.length > 60) throw problem("INVALID_INPUT", { path: ["input", "reference"], reason: "TOO_LONG", details: { most: 60 } });
  await takeQuota(hub, caller);
  const { value, provenance } = await hub.registry.person(hub, input.fiscalCode, dataSets, { kind: "AGREEMENT", reference: `${caller.agreementReference} ${reference}`, text: caller.purpose });
  if (!value) throw problem("NOT_IN_REGISTRY");
  return { value, provenance };
}
