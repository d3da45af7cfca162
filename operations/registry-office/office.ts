import type { RegistryOffice } from "../../connectors/anpr/index.ts";
import { Office } from "../../entities/office.ts";
import { problem } from "../../entities/problem.ts";
import { officesWhere } from "../caller.ts";
import type { Hub } from "../hub.ts";
import type { Purpose } from "../registry/purpose.ts";

/** The registry as its municipal office may ask it. Throws NOT_ELIGIBLE where the administration's door is not for that. */
export function registryOffice({ connectors }: Hub): RegistryOffice {
  if (!connectors.office) throw problem("NOT_ELIGIBLE", { reason: "SERVICE_NOT_ONLINE" });
  return connectors.office;
}

/** The purpose of whoever works on online declarations in the registry office, under a reference. Throws NOT_ELIGIBLE for everybody else. */
export async function declarationsPurpose(hub: Hub, reference: string): Promise<Purpose> {
  const { caller, administration } = hub;
  const slug = administration.settings.registryOffice?.office;
  const office = slug && caller.kind === "staff" ? await hub.em.findOne(Office, { administration: administration.id, slug, id: { $in: officesWhere(caller, "desk:declarations") } }) : null;
  if (!office) throw problem("NOT_ELIGIBLE", { reason: "NOT_REGISTRY_OFFICE" });
  return { kind: "APPLICATION", reference, text: "Istruttoria delle dichiarazioni anagrafiche online", office: { id: office.id, name: office.name } };
}
