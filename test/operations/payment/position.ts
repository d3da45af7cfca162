import type { Client, Json } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";
import { until } from "../../helpers/until.ts";
import { saveAnswers, saveZtl, start, submit, ztl } from "../application/application.ts";

export const creditor = "00480530047";

/** Fields of a payment that tests look at. */
export const shown = `id state noticeNumber description dueOn paidAt instalment amount { cents } amountDue { cents }
  shares { isStamp creditor description amount { cents } }
  history { from to reason at } receipts { receiptId } replacedBy { id noticeNumber }
  stamps { amount { cents } documentHash province document serialNumber boughtAt attachment intact }`;

/** A payment as a caller sees it. */
export const look = async (client: Client, id: string, more = ""): Promise<Json> =>
  (await client.data(`query ($id: ID!) { node(id: $id) { ... on Payment { ${shown} ${more} } } }`, { id }))["node"]!;

/** How much a sum of money is. */
export const cents = (money: Json): number => Number(money["cents"]);

/** The code with which the station refused, as the node tells it. */
export const refused = (view: Json): string | undefined => (view["verify"] ?? view)["fault"]?.["originalFaultCode"];

/** The day so many days from now. */
export const dayIn = (hub: TestHub, days: number): string => new Date(hub.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

/** Hands in an application for a permit, and gives what is due for it. */
export async function oweForPermit(hub: TestHub, client: Client): Promise<Json> {
  const draft = (await start(client, ztl.slug))["application"]!["id"]!;
  await saveZtl(client, draft, { category: "DWELLER", plates: ["AB123CD"], from: dayIn(hub, 5) });
  return look(client, (await submit(client, draft))["application"]!["payments"]![0]!["id"]!);
}

export const ground = { slug: "occupazione-suolo-pubblico", answers: { place: "Via Roma 1", from: "2027-05-01T08:00:00Z", to: "2027-05-01T18:00:00Z", squareMetres: 12, reason: "REMOVAL" } } as const;

/** Hands in an application that bears stamps, and gives what is due for it. */
export async function oweForGround(client: Client): Promise<Json> {
  const draft = (await start(client, ground.slug))["application"]!["id"]!;
  await saveAnswers(client, draft, ground.answers);
  return look(client, (await submit(client, draft))["application"]!["payments"]![0]!["id"]!);
}

/** What somebody at the node does about a notice. */
export async function atNode(hub: TestHub, what: string, noticeNumber: string, more: object = {}): Promise<Json> {
  const answer = await fetch(`${hub.sandbox.url}/pagopa/node/${what}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ fiscalCode: creditor, noticeNumber, ...more }) });
  return (await answer.json()) as Json;
}

/** Waits until the register was told of a payment. */
export const told = (accountant: Client, id: string, state: string): Promise<Json> =>
  until(`the register told: ${state}`, async () => {
    const payment = await look(accountant, id, "handOver handOverRefusal");
    return payment["handOver"] === state && payment;
  });

/** A position as pagoPA's archive has it. */
export const archived = async (hub: TestHub, noticeNumber: string): Promise<Json> => (await (await fetch(`${hub.sandbox.url}/pagopa/node/archive/${creditor}/${noticeNumber}`)).json()) as Json;
