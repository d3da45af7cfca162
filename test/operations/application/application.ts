import type { Client, Json } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";

const shown = `id state submittedAt decidedAt decisionReason allowedActions protocol { year number } dueDate { on steps { on text } } office { slug } service { slug }
  history { from to at } payments { id state noticeNumber dueOn amount { cents currency } }
  ... on ZtlPermitApplication { category plates from } ... on GenericApplication { answers }`;
const application = `application { __typename ${shown} }`;

/** The global id of a service, by slug. */
export async function serviceId(client: Client, slug: string): Promise<string> {
  return (await client.data("query ($slug: String!) { service(slug: $slug) { id } }", { slug }))["service"]!["id"]!;
}

export const start = async (client: Client, slug: string, more: object = {}): Promise<Json> =>
  client.mutate("startApplication", { service: await serviceId(client, slug), ...more }, `... on StartApplicationSuccess { ${application} } ... on NotEligible { reason } ... on AssuranceTooLow { required stepUpUrl }`);
export const saveAnswers = (client: Client, id: string, answers: unknown, more: object = {}): Promise<Json> =>
  client.mutate("saveGenericDraft", { application: id, answers, ...more }, `... on SaveDraftSuccess { ${application} } ... on InvalidInput { reason } ... on WrongState { from to }`);
export const saveZtl = (client: Client, id: string, draft: object, more: object = {}): Promise<Json> =>
  client.mutate("saveZtlPermitDraft", { application: id, ...draft, ...more }, `... on SaveDraftSuccess { ${application} } ... on InvalidInput { reason } ... on NotEligible { reason } ... on WrongState { from to }`);
export const submit = (client: Client, id: string, more: object = {}): Promise<Json> =>
  client.mutate("submitApplication", { application: id, ...more }, `... on SubmitApplicationSuccess { ${application} } ... on InvalidInput { reason } ... on NotEligible { reason } ... on WrongState { from to }`);
export const decide = (client: Client, id: string, decision: string, more: object = {}): Promise<Json> =>
  client.mutate("decideApplication", { application: id, decision, ...more }, `... on DecideApplicationSuccess { application { __typename id state decidedAt decisionReason allowedActions history { from to } } } ... on InvalidInput { reason } ... on WrongState { from to }`);

/** A service with a form, at the office `edilizia`, with answers that it accepts. */
export const form = { slug: "accesso-atti-edilizi", office: "edilizia", answers: { address: "Via degli Esempi 12", sheet: "12", parcel: "345", reason: "Compravendita" } } as const;
/** A permit that needs no residence, at the office `polizia-locale`. */
export const ztl = { slug: "permesso-ztl-altre-categorie", office: "polizia-locale" } as const;

/** An application that was handed in and waits for a decision. */
export async function submitted(client: Client): Promise<string> {
  const id = (await start(client, form.slug))["application"]!["id"]!;
  await saveAnswers(client, id, form.answers);
  const done = await submit(client, id);
  if (done["application"]?.["state"] !== "IN_PROGRESS") throw new Error(`not handed in: ${JSON.stringify(done)}`);
  return id;
}

/** How many rows each table of the business has. */
export async function rowCounts(hub: TestHub): Promise<Record<string, number>> {
  const tables = ["appointment", "application", "application_event", "payment", "event", "counter", "idempotency_record", "access_record", "citizen"];
  const [row] = await hub.sql<Record<string, number>>(`select ${tables.map(table => `(select count(*)::int from "${table}") as "${table}"`).join(", ")}`);
  return row!;
}
