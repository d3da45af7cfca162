import { setTimeout as after } from "node:timers/promises";
import { Browser, signIn } from "./browser.ts";
import { ask, listen, type Any, type GraphAnswer } from "./client.ts";
import * as queries from "./queries.ts";
import { good, hold, key, step, text } from "./step.ts";

/** The main story, at a hub and with the sandbox that stands for everybody else. Throws at the first step that does not hold. */
export async function tell(hub: string, sandbox: string): Promise<void> {
  const visitor = (query: string, variables = {}): Promise<GraphAnswer> => ask(hub, {}, query, variables);
  const post = async (address: string, body: unknown, method = "POST"): Promise<Any> =>
    (await fetch(`${sandbox}${address}`, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json() as Promise<Any>;

  let service: Any;
  await step("A visitor reads the catalogue and asks which papers to bring", async () => {
    const { services, service: ztl } = good(await visitor(queries.catalogue));
    service = ztl!;
    const { checklist } = good(await visitor(queries.checklist, { input: { service: service["id"], situations: [] } }));
    const items = checklist!["items"] as readonly Any[];
    const { __schema: schema } = good(await visitor(queries.introspection));
    const ways = (schema!["queryType"]["fields"] as readonly Any[]).map(field => String(field["name"]));
    hold(!ways.includes("desk") && !ways.includes("me"), "a visitor's graph has neither desk nor me");
    hold(items.some(item => item["reason"] === "HELD_BY_ARCHIVE"), "papers that an archive holds are not asked for");
    return `${text(services!["totalCount"])} services; "${text(service["title"])}": ${items.filter(item => item["bring"]).length} papers to bring, ${items.filter(item => !item["bring"]).length} not; a visitor sees ${ways.length} queries, desk is not among them`;
  });

  const citizenBrowser = new Browser();
  const citizen = (query: string, variables = {}): Promise<GraphAnswer> => ask(hub, { cookie: citizenBrowser.cookieHeader() }, query, variables);
  await step("A citizen signs in with SPID, level 2", async () => {
    const page = await signIn(citizenBrowser, hub, sandbox, "ada.rossi");
    hold(page.status === 200 && page.url === `${hub}/healthz`, `back where the sign-in began, but HTTP ${page.status} at ${new URL(page.url).pathname}`);
    const { me } = good(await citizen("{ me { assurance fiscalCode } }"));
    hold(me!["assurance"] === "L2", "the session has level 2");
    return `signed request by POST, signed assertion back, session of level ${text(me!["assurance"])}`;
  });

  await step("reads their own data from the national registry, with provenance", async () => {
    const { me } = good(await citizen(queries.person));
    const { person, household } = me!;
    hold(person["__typename"] === "Person", `a person, but ${String(person["__typename"])}`);
    hold((household["members"] as readonly Any[]).length >= 3, "the household has its members");
    return `${text(person["givenName"])} ${text(person["familyName"])}, ${text(person["residence"]["address"])}; household of ${(household["members"] as readonly Any[]).length}; ANPR, read ${text(person["provenance"]["readAt"])}, operation ${text(person["provenance"]["operationId"])}`;
  });

  await step("books an appointment", async () => {
    const office = (service!["offices"] as readonly Any[])[0]!;
    const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const { availability } = good(await visitor(queries.availability, { input: { service: service["id"], office: office["id"], from: day(1), to: day(21) } }));
    const startsAt = (availability![0])["times"][0]["startsAt"];
    const { holdSlot } = good(await citizen(queries.holdSlot, { input: { service: service["id"], office: office["id"], startsAt, ...key() } }));
    hold(holdSlot!["__typename"] === "HoldSlotSuccess", `held, but ${String(holdSlot!["code"])}`);
    const { bookAppointment } = good(await citizen(queries.book, { input: { appointment: holdSlot!["appointment"]["id"], reason: "Permesso ZTL", ...key() } }));
    hold(bookAppointment!["appointment"]?.["state"] === "BOOKED", `booked, but ${String(bookAppointment!["code"])}`);
    return `${(availability as unknown as readonly Any[]).length} days with free times; ${text(startsAt)}, counter ${text(bookAppointment!["appointment"]["counter"])}, code ${text(bookAppointment!["appointment"]["code"])}`;
  });

  const staffBrowser = new Browser();
  const staff = (query: string, variables = {}): Promise<GraphAnswer> => ask(hub, { cookie: staffBrowser.cookieHeader() }, query, variables);
  let desk: Awaited<ReturnType<typeof listen>>;
  let mine: Awaited<ReturnType<typeof listen>>;
  await step("A member of staff signs in and listens to the desk; the citizen listens too", async () => {
    await signIn(staffBrowser, hub, sandbox, "guido.garelli", { staff: true });
    const { desk: opened } = good(await staff("{ desk { member offices { name } } }"));
    desk = await listen(hub, { cookie: staffBrowser.cookieHeader() }, queries.deskUpdates, "deskUpdates", { after: "0" });
    mine = await listen(hub, { cookie: citizenBrowser.cookieHeader() }, queries.myUpdates, "myUpdates", { after: "0" });
    return `${text(opened!["member"])}, ${(opened!["offices"] as readonly Any[]).map(office => office["name"]).join(", ")}`;
  });

  let application: Any;
  let payment: Any;
  await step("The citizen applies for a ZTL permit: protocol number, due date, notice to pay", async () => {
    const { startApplication } = good(await citizen(queries.startApplication, { input: { service: service["id"], ...key() } }));
    hold(startApplication!["application"], `a draft, but ${String(startApplication!["code"])}`);
    const id = startApplication!["application"]["id"];
    const from = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    const { saveZtlPermitDraft } = good(await citizen(queries.saveDraft, { input: { application: id, category: "RESIDENT", plates: ["GA 123 BC", "FZ 987 XY"], from, ...key() } }));
    hold(saveZtlPermitDraft!["application"], `saved, but ${String(saveZtlPermitDraft!["code"])} ${String(saveZtlPermitDraft!["message"])}`);
    const input = { application: id, ...key() };
    const { submitApplication } = good(await citizen(queries.submit, { input }));
    hold(submitApplication!["application"], `handed in, but ${String(submitApplication!["code"])} ${String(submitApplication!["message"])}`);
    application = submitApplication!["application"]!;
    payment = (application["payments"] as readonly Any[])[0]!;
    const { submitApplication: again } = good(await citizen(queries.submit, { input }));
    hold(JSON.stringify(again) === JSON.stringify(submitApplication), "a repeat with the same key answers the same");
    hold(/^3\d{17}$/.test(String(payment["noticeNumber"])), "the notice has 18 digits");
    return `protocol ${text(application["protocol"]["number"])}/${text(application["protocol"]["year"])}, due ${text(application["dueDate"]["on"])} (${(application["dueDate"]["steps"] as readonly Any[]).length} steps), notice ${text(payment["noticeNumber"])}, ${text(payment["amount"]["cents"])} cents`;
  });

  /** Fetches a document as the citizen, and as nobody in particular, to whom it must not exist. */
  const paper = async (document: Any): Promise<string> => {
    hold(document, "there is a document");
    const [mine, nobodys] = await Promise.all([{ cookie: citizenBrowser.cookieHeader() }, {}].map(headers => fetch(String(document["url"]), { headers })));
    const bytes = Buffer.from(await mine!.arrayBuffer());
    hold(bytes.subarray(0, 8).toString() === "%PDF-1.7", `a PDF, but HTTP ${mine!.status}`);
    hold(nobodys!.status === 404, `nothing for anybody else, but HTTP ${nobodys!.status}`);
    return `${/filename="([^"]+)"/.exec(mine!.headers.get("content-disposition") ?? "")?.[1]}, ${bytes.length} bytes`;
  };
  await step("The citizen prints the payment notice", async () => paper(good(await citizen(queries.payment, { id: payment["id"] }))["node"]!["noticeDocument"]));

  await step("Staff hear of it", async () => {
    const event = await desk.until("APPLICATION_SUBMITTED", ({ kind }) => kind === "APPLICATION_SUBMITTED");
    hold(event["application"]!["id"] === application["id"], "the event is about this application");
    return `${desk.heard.length} events at the desk, cursor ${text(event["cursor"])}; the applicant is ${text(event["application"]!["applicantName"])}`;
  });

  await step("The pagoPA node verifies, activates, takes the money and delivers the receipt; delivering it again changes nothing", async () => {
    const fiscalCode = "00480530047";
    const paid = await post("/pagopa/node/pay", { fiscalCode, noticeNumber: payment["noticeNumber"], waitForReceipt: true });
    hold(paid["outcome"] === "OK", `paid, but ${text(JSON.stringify(paid["fault"] ?? paid))}`);
    await mine.until("PAYMENT_PAID", ({ kind }) => kind === "PAYMENT_PAID");
    const before = good(await citizen(queries.payment, { id: payment["id"] }))["node"]!;
    const again = await post("/pagopa/node/receipts/deliver", { fiscalCode, noticeNumber: payment["noticeNumber"], mode: "again" });
    const after = good(await citizen(queries.payment, { id: payment["id"] }))["node"]!;
    hold(after["state"] === "PAID" && JSON.stringify(before) === JSON.stringify(after), "the second delivery changed nothing");
    hold(JSON.stringify(again).includes("PAA_RECEIPT_DUPLICATA"), "the second delivery was answered as a duplicate");
    return `receipt ${text((after["receipts"] as readonly Any[])[0]!["receiptId"])}, ${(after["receipts"] as readonly Any[]).length} receipt, delivered twice`;
  });

  await step("The citizen prints the receipt; a notice there is no more", async () => {
    const { noticeDocument, receipts } = good(await citizen(queries.payment, { id: payment["id"] }))["node"]!;
    hold(noticeDocument === null, "nothing is left to be paid");
    return paper((receipts as readonly Any[])[0]!["document"]);
  });

  await step("Citizen and staff hear that it is paid, and that work has begun", async () => {
    const heard = await Promise.all([mine, desk].map(listener => listener.until("APPLICATION_STARTED", ({ kind }) => kind === "APPLICATION_STARTED")));
    hold(heard.every(event => event["application"]!["state"] === "IN_PROGRESS"), "the application is in progress");
    return `citizen heard ${mine.heard.map(event => event["kind"]).join(", ")}`;
  });

  await step("Staff decide; the citizen hears it", async () => {
    const { decideApplication } = good(await staff(queries.decide, { input: { application: application["id"], decision: "ACCEPTED", reason: "Requisiti verificati", ...key() } }));
    hold(decideApplication!["application"]?.["state"] === "ACCEPTED", `accepted, but ${String(decideApplication!["code"])}`);
    const event = await mine.until("APPLICATION_DECIDED", ({ kind }) => kind === "APPLICATION_DECIDED");
    return `${text(event["application"]!["state"])} at cursor ${text(event["cursor"])}, history of ${(event["application"]!["history"] as readonly Any[]).length} moves`;
  });

  await step("A partner verifies a residence under its agreement, and is refused a field outside it", async () => {
    const token = await post("/partner/token", {});
    const partner = (query: string): Promise<GraphAnswer> => ask(hub, { authorization: `Bearer ${String(token["access_token"])}` }, query, { input: { fiscalCode: "RSSDAA84C52D205X", reference: "BANDO-2026/17" } });
    const { verifications } = good(await partner(queries.verification("")));
    hold(verifications!["residence"]["resident"] === true, `resident, but ${JSON.stringify(verifications)}`);
    const refused = await partner(queries.verification("address"));
    const [error] = refused.errors;
    hold(refused.status === 400 && error?.extensions["code"] === "OUTSIDE_AGREEMENT", `refused, but ${JSON.stringify(refused)}`);
    return `resident since ${text(verifications!["residence"]["since"])} under ${text(verifications!["agreement"])}; address: HTTP ${refused.status} ${String(error.extensions["code"])}, "${error.message}"`;
  });

  await step("The citizen sees who read their data, and why", async () => {
    const { me } = good(await citizen(queries.whoReadMyData));
    const reads = me!["whoReadMyData"]["nodes"] as readonly Any[];
    hold(reads.some(read => read["actor"] === "PARTNER") && reads.some(read => read["actor"] === "SELF"), "both reads are there");
    return reads.map(read => `${text(read["actorName"])}: ${text(read["purposeText"])} (${(read["dataSets"] as readonly Any[]).join("+")})`).join("; ");
  });

  await step("The citizen was told of it on the telephone: that the application came, is paid and is decided", async () => {
    const told = async (): Promise<readonly Any[]> => good(await citizen(queries.messages))["me"]!["messages"]["nodes"];
    // They are sent side by side, so the last that was asked for need not be the last that goes.
    const areSent = (messages: readonly Any[]): boolean => ["APPLICATION_RECEIVED", "RECEIPT", "APPLICATION_DECIDED"].every(kind => messages.some(message => message["kind"] === kind && message["state"] === "SENT"));
    let messages = await told();
    for (const end = Date.now() + 120_000; !areSent(messages) && Date.now() < end; messages = await told()) await after(100);
    hold(areSent(messages), `all are sent, but ${JSON.stringify(messages)}`);
    const phone = await (await fetch(`${sandbox}/io/ada.rossi/messages.json`)).json() as readonly { content: { subject: string } }[];
    return phone.map(({ content: { subject } }) => subject).toReversed().join("; ");
  });

  await step("ANPR is switched off: the same query still answers everything else, and says which source is down and since when", async () => {
    for (const door of ["anpr", "pdnd"]) await post(`/control/${door}/fault`, { kind: "unavailable" }, "PUT");
    const { me } = good(await citizen(queries.person));
    for (const door of ["anpr", "pdnd"]) await fetch(`${sandbox}/control/${door}/fault`, { method: "DELETE" });
    const person = me!["person"];
    hold(person["__typename"] === "SourceUnavailable" && (me!["applications"]["nodes"] as readonly Any[]).length === 1, `the rest answers, but ${JSON.stringify(me)}`);
    return `${text(person["source"]["name"])} down since ${text(person["since"])}, retry after ${text(person["retryAfter"])}; applications and appointments answered`;
  });

  await step("The socket is cut; events of meanwhile are resumed from the cursor without loss", async () => {
    const before = [...mine.heard];
    const last = String(before.at(-1)!["cursor"]);
    mine.cut();
    const { me } = good(await citizen("{ me { appointments { nodes { id } } } }"));
    const { cancelAppointment } = good(await citizen(queries.cancel, { input: { appointment: me!["appointments"]["nodes"][0]["id"], ...key() } }));
    hold(cancelAppointment!["appointment"], `cancelled, but ${String(cancelAppointment!["code"])}`);
    const [resumed, all] = await Promise.all([last, "0"].map(after => listen(hub, { cookie: citizenBrowser.cookieHeader() }, queries.myUpdates, "myUpdates", { after })));
    const [event] = await Promise.all([resumed!, all!].map(listener => listener.until("APPOINTMENT_CANCELLED", ({ kind }) => kind === "APPOINTMENT_CANCELLED")));
    const inOrder = (events: readonly Record<string, Any>[]): string => events.map(({ cursor, kind }) => `${text(cursor)} ${text(kind)}`).join(", ");
    const [heard, whole] = [inOrder([...before, ...resumed!.heard]), inOrder(all!.heard)];
    hold(heard === whole, `what came before the cut and after it is all that came, each once: ${heard}; but ${whole}`);
    for (const listener of [resumed!, all!, desk]) listener.cut();
    return `after ${last}: ${text(event!["kind"])} at ${text(event!["cursor"])}; from the beginning: ${all!.heard.length} events in order`;
  });
}
