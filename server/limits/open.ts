import type pg from "pg";
import { readManifests, trustedDocuments, type Trusted } from "../graph/trusted.ts";
import type { Settings } from "../settings.ts";
import { createBudgets } from "./budget.ts";
import { createGate, type Gate } from "./gate.ts";
import { createLanes } from "./lanes.ts";

/** Opens what stands before the graph, as the settings say. Throws when a list of trusted documents cannot be read. */
export async function openGate(settings: Settings, pool: pg.Pool): Promise<{ readonly gate: Gate; readonly trusted: Trusted }> {
  const trusted = trustedDocuments(await readManifests(settings.TRUSTED_DOCUMENTS), settings.TRUSTED_ONLY);
  const sizes = { visitor: settings.BUDGET_VISITOR, citizen: settings.BUDGET_CITIZEN, staff: settings.BUDGET_STAFF, partner: settings.BUDGET_PARTNER, app: settings.BUDGET_APP };
  const budgets = createBudgets(sizes, settings.BUDGET_STORE === "database" ? pool : undefined);
  return { gate: createGate({ budgets, lanes: createLanes(settings.NEW_DOCUMENTS_SHARE), trusted }), trusted };
}
