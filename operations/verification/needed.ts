import type { EntityManager } from "@mikro-orm/postgresql";
import type { Application } from "../../entities/application.ts";
import type { CheckKind } from "../../entities/registry-check.ts";
import { RequiredDocument } from "../../entities/required-document.ts";
import type { ZtlCategory } from "../../rules/ztl.ts";

/** What a sheet of the catalogue leaves to the registry, by the code of the paper that it spares the applicant. */
const bySparedPaper: Readonly<Record<string, CheckKind>> = { residence: "RESIDENCE", household: "HOUSEHOLD" };

/** What is to be looked up for a permit of a category. */
export const checksOfCategory = ({ ground, onePerHousehold }: ZtlCategory): readonly CheckKind[] => [
  ...(ground === "RESIDENCE" ? ["ZONE_RESIDENCE" as const] : []), ...(onePerHousehold ? ["HOUSEHOLD_PERMIT" as const] : []),
];

/**
 * What is to be looked up for a form of the catalogue: the facts whose papers its sheet spares everybody, because the
 * national registry holds them (D.P.R. 445/2000, art. 43).
 */
export async function checksOfForm(em: EntityManager, { service }: Application): Promise<readonly CheckKind[]> {
  const documents = await em.find(RequiredDocument, { service: service.id });
  return documents.flatMap(({ code, needed, heldBy }) => (needed === "ALWAYS" && heldBy?.archive === "ANPR" && heldBy.unless === null ? bySparedPaper[code] ?? [] : []));
}
