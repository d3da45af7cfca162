import { setTimeout as after } from "node:timers/promises";
import type { Client, Json } from "../../helpers/client.ts";
import { serviceId } from "../application/application.ts";

/** What staff see of the checks of an application, beside what everybody who may see it does. */
export const forStaff = "id verification checks { kind state reason askedAt decidedAt provenance { source freshness purpose operationId } }";

/** A draft of somebody's for a permit of the restricted zone, ready to be handed in. */
export async function ztlDraft(client: Client, category = "RESIDENT"): Promise<string> {
  const started = await client.mutate("startApplication", { service: await serviceId(client, "permesso-ztl-residenti") }, "... on StartApplicationSuccess { application { id } }");
  const application = started["application"]!["id"]!;
  const from = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await client.mutate("saveZtlPermitDraft", { application, category, plates: ["GA123BC"], from }, "... on SaveDraftSuccess { application { id } }");
  return application;
}

/** Hands a draft in, and gives the application as its author then sees it. */
export async function handIn(client: Client, application: string): Promise<Json> {
  const done = await client.mutate("submitApplication", { application }, "... on SubmitApplicationSuccess { application { id state verification submittedAt protocol { year number } dueDate { on } } } ... on NotEligible { reason }");
  if (!done["application"]) throw new Error(`not handed in: ${JSON.stringify(done)}`);
  return done["application"];
}

/** An application as a caller sees it. */
export const applicationOf = async (client: Client, id: string, selection: string): Promise<Json> => (await client.data(`query ($id: ID!) { node(id: $id) { ... on Application { ${selection} } } }`, { id }))["node"]!;

/** Waits until the facts of an application have been looked up. */
export async function verified(client: Client, id: string): Promise<Json> {
  for (const end = Date.now() + 60_000; Date.now() < end; await after(100)) {
    const application = await applicationOf(client, id, forStaff);
    if (application["verification"] === ("DONE" as unknown as Json)) return application;
  }
  throw new Error("not verified in time");
}
