import type { Client, Json } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";
import { mailbox } from "../../helpers/messages.ts";
import { until } from "../../helpers/until.ts";
import { saveZtl, start, submit, ztl } from "../application/application.ts";

/** What somebody owes. */
export interface Owed {
  /** The payment's global id. */
  readonly id: string;
  readonly noticeNumber: string;
}

/** Has somebody owe: a permit is asked for, in the hub's own time. */
export async function owe(hub: TestHub, citizen: Client): Promise<Owed> {
  const draft = (await start(citizen, ztl.slug))["application"]!["id"]!;
  await saveZtl(citizen, draft, { category: "FIRM", plates: ["GA123BC"], from: new Date(hub.clock.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10) });
  const { application } = await submit(citizen, draft);
  const { id, noticeNumber } = application!["payments"]![0]!;
  return { id: id!, noticeNumber: noticeNumber! };
}

/** What the hub says that it told of a payment, by kind. */
export async function told(citizen: Client, paymentId: string): Promise<Readonly<Record<string, Json>>> {
  const { me } = await citizen.data(`{ me { messages(first: 50) { nodes { kind state channel dueAt endedAt deliveries { channel outcome } payment { id noticeNumber } application { id } } } } }`);
  return Object.fromEntries(me!["messages"]!["nodes"]!.filter(one => (one["payment"] as Json | null)?.["id"] === paymentId).map(one => [one["kind"]!, one]));
}

/** The message of a kind about a payment, once it waits no more. */
export const ended = (citizen: Client, paymentId: string, kind = "NOTICE_ISSUED"): Promise<Json> =>
  until(`${kind} ended`, async () => (await told(citizen, paymentId))[kind]!, message => message !== undefined && message["state"] !== "QUEUED");

/** The minutes pass for which a channel is left alone that may have taken a message: those of the queues, which no clock of ours moves. */
export const minutesPass = (hub: TestHub): Promise<unknown> =>
  until("a message that is put off for minutes", () => hub.sql(`update job.job set start_after = now() where name = 'send-message' and state = 'created' and start_after between now() + interval '2 minutes' and now() + interval '10 minutes' returning id`), moved => moved.length > 0);

/** Pays a notice at some provider; the receipt comes by itself. */
export const pay = (hub: TestHub, noticeNumber: string): Promise<unknown> =>
  fetch(`${hub.sandbox.url}/pagopa/node/pay`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ fiscalCode: "00480530047", noticeNumber }) }).then(answer => answer.json());

/** Puts an address into somebody's contacts, confirmed by the link that was sent there. */
export async function confirmEmail(hub: TestHub, citizen: Client, email: string): Promise<void> {
  await citizen.mutate("updateContacts", { email }, "... on UpdateContactsSuccess { citizen { contacts { email } } }");
  const [mail] = await until("the link", () => mailbox(hub, email), mails => mails.length > 0);
  const link = new URL(/https?:\S+/.exec(mail!.text)![0]);
  const answer = await fetch(link, { method: "POST", body: new URLSearchParams({ secret: link.searchParams.get("secret")! }) });
  if (answer.status !== 200) throw new Error(`the link answered ${answer.status}`);
}
