import { problem } from "../../entities/problem.ts";
import { RequiredDocument } from "../../entities/required-document.ts";
import { Service } from "../../entities/service.ts";
import { checklist, type ChecklistReason } from "../../rules/checklist.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";

/** The papers of a service for the situations that apply, those to bring first. Throws NOT_FOUND, INVALID_INPUT for a situation that the service does not ask about. */
export async function computeChecklist(hub: Hub, input: { readonly service: string; readonly situations: readonly string[] }) {
  const id = keyOf("srv", input.service, "input", "service");
  const service = await hub.em.findOne(Service, { id, administration: hub.administration.id });
  if (!service) throw problem("NOT_FOUND", { path: ["input", "service"] });
  const known = new Map(service.situations.map(({ key, question }) => [key, question]));
  if (input.situations.some(key => !known.has(key))) throw problem("INVALID_INPUT", { path: ["input", "situations"], reason: "SITUATION" });

  const documents = await hub.em.find(RequiredDocument, { service: id }, { orderBy: { position: "asc" } });
  const rows = documents.map(({ code, title, description, needed, heldBy }) => ({ code, title, description: description ?? null, needed, heldBy: heldBy ?? null }));
  const items = checklist(rows, new Set(input.situations)).map(({ document, bring, reason }) => ({
    code: document.code, title: document.title, description: document.description, bring, reason: reason.code, explanation: explain(reason, known),
  }));
  return { items: [...items.filter(({ bring }) => bring), ...items.filter(({ bring }) => !bring)] };
}

const archives: Readonly<Record<string, string>> = {
  ANPR: "l'anagrafe nazionale (ANPR)", CIVIL_STATUS: "lo stato civile", TAXES: "l'ufficio tributi", BUILDING: "l'archivio edilizio", LOCAL_POLICE: "la polizia locale",
};

function explain(reason: ChecklistReason, questions: ReadonlyMap<string, string>): string {
  switch (reason.code) {
    case "NEEDED": return "Serve sempre.";
    case "NEEDED_IN_SITUATION": return `Serve in questo caso: ${questions.get(reason.situation) ?? reason.situation}`;
    case "HELD_BY_ARCHIVE": return `Non serve portarlo: lo conosce già ${archives[reason.archive] ?? "un archivio pubblico"} (${reason.source}).`;
    case "GIVEN_BEFORE": return "Non serve portarlo: è già stato consegnato.";
    case "NOT_IN_SITUATION": return `Non serve in questo caso: ${questions.get(reason.situation) ?? reason.situation}`;
  }
}
