import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createTransport } from "nodemailer";
import { io } from "../../sandbox/io/index.ts";
import { mail } from "../../sandbox/mail/index.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { freePort } from "../helpers/hub.ts";
import { person } from "../helpers/sandbox.ts";

let sandbox: Sandbox;
let dataDir: string;
let smtpPort: number;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sandbox-messages-"));
  smtpPort = await freePort();
  sandbox = await startSandbox({ port: 0, smtpPort, hubUrl: "http://localhost:1", dataDir, simulators: [io, mail] });
});
afterEach(() => sandbox.world.faults.lift());
afterAll(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

describe("App IO", () => {
  const ask = (path: string, body: unknown, key = "sandbox-io-key") => fetch(`${sandbox.url}/io/api/v1${path}`, { method: "POST", headers: { "content-type": "application/json", "ocp-apim-subscription-key": key }, body: JSON.stringify(body) });
  const ada = person("ada.rossi").fiscalCode;
  const content = { subject: "Avviso di pagamento", markdown: "x".repeat(80) };
  const payment = { amount: 100, notice_number: `3${"0".repeat(17)}` };

  test("asks for a key of the service, either of its two", async () => {
    expect([await ask("/profiles", { fiscal_code: ada }, "another"), await ask("/profiles", { fiscal_code: ada }, "sandbox-io-key-2")].map(({ status }) => status)).toEqual([401, 200]);
  });

  test("tells the profile of those who have the app", async () => {
    expect(await (await ask("/profiles", { fiscal_code: ada })).json()).toEqual({ sender_allowed: true, preferred_languages: ["it_IT"] });
    expect(await (await ask("/profiles", { fiscal_code: person("franca.dutto").fiscalCode })).json()).toMatchObject({ sender_allowed: false });
    expect((await ask("/profiles", { fiscal_code: person("olindo.marro").fiscalCode })).status).toBe(404);
    expect((await ask("/profiles", {})).status).toBe(400);
  });

  test.each([
    ["a message as it should be", { content }, 201], ["with a payment", { content: { ...content, payment_data: payment, due_date: "2027-01-12T22:59:59.000Z" } }, 201],
    ["a short subject", { content: { ...content, subject: "x".repeat(9) } }, 400], ["a long one", { content: { ...content, subject: "x".repeat(121) } }, 400],
    ["a short text", { content: { ...content, markdown: "x".repeat(79) } }, 400], ["a long one", { content: { ...content, markdown: "x".repeat(10_001) } }, 400],
    ["a due date with an offset", { content: { ...content, due_date: "2027-01-12T23:59:59+01:00" } }, 400],
    ["nothing to pay", { content: { ...content, payment_data: { ...payment, amount: 0 } } }, 400], ["more than the service may ask", { content: { ...content, payment_data: { ...payment, amount: 1_000_001 } } }, 400],
    ["no notice number", { content: { ...content, payment_data: { ...payment, notice_number: "123" } } }, 400], ["somebody else's payment", { content: { ...content, payment_data: { ...payment, payee: { fiscal_code: "77777777777" } } } }, 403],
    ["remote content that is not configured", { content: { ...content, third_party_data: { id: "1" } } }, 403],
    ["nobody", { fiscal_code: "X", content }, 400],
  ])("answers to %s", async (_name, body, status) => {
    expect((await ask("/messages", { fiscal_code: ada, ...body })).status).toBe(status);
  });

  test("keeps a message where its Location says, and shows it on the telephone", async () => {
    const taken = await ask("/messages", { fiscal_code: ada, content: { ...content, subject: "Promemoria <b>" } });
    const at = taken.headers.get("location")!;
    const kept = await fetch(`${sandbox.url}${at}`, { headers: { "ocp-apim-subscription-key": "sandbox-io-key" } });
    expect(await kept.json()).toMatchObject({ status: "ACCEPTED", message: { fiscal_code: ada, content: { subject: "Promemoria <b>" } } });
    expect(await (await fetch(`${sandbox.url}/io/ada.rossi`)).text()).toContain("Promemoria &lt;b&gt;");
    expect(await (await fetch(`${sandbox.url}/io`)).text()).toContain(`<a href="/io/ada.rossi">Ada Rossi</a>`);
    expect((await fetch(`${sandbox.url}/io/nobody`)).status).toBe(404);
  });

  test.each(["olindo.marro", "franca.dutto"])("takes a message for somebody whom it does not reach (%s), and turns it back", async username => {
    const { fiscalCode } = person(username);
    const taken = await ask("/messages", { fiscal_code: fiscalCode, content });
    expect(taken.status).toBe(201);
    const status = async () => ((await (await fetch(`${sandbox.url}${taken.headers.get("location")!}`, { headers: { "ocp-apim-subscription-key": "sandbox-io-key" } })).json()) as { status: string }).status;
    for (let tries = 0; (await status()) === "ACCEPTED" && tries < 600; tries += 1) await new Promise(later => setTimeout(later, 50));
    expect(await status()).toBe("REJECTED");
    expect(await (await fetch(`${sandbox.url}/io/${username}/messages.json`)).json()).toEqual([]);
  });

  test("reads nobody's body without a key, and names what is none", async () => {
    const send = async (headers: Record<string, string>) => {
      const answer = await fetch(`${sandbox.url}/io/api/v1/messages`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "{" });
      return [answer.status, answer.headers.get("content-type")?.split(";")[0]];
    };
    expect([await send({}), await send({ "ocp-apim-subscription-key": "sandbox-io-key" })]).toEqual([[401, "application/json"], [400, "application/problem+json"]]);
  });

  test("says when to come again, when told to have too much to do", async () => {
    sandbox.world.faults.impose("io", { kind: "refuse", code: "429", ms: 2_500 }, "messages");
    const refused = await ask("/messages", { fiscal_code: ada, content });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
  });
});

describe("the mail server", () => {
  const send = () => createTransport({ host: "localhost", port: smtpPort, secure: false }).sendMail({ from: "ente@ente.example", to: "persona@posta.example", subject: "Oggetto è", text: "Testo", html: "<p>Testo</p>" });
  const caught = async (): Promise<readonly { readonly id: string; readonly subject: string; readonly to: readonly string[] }[]> => (await fetch(`${sandbox.url}/mail/messages.json`)).json() as never;

  test("takes a mail for whomever, and shows it", async () => {
    await send();
    const [first] = await caught();
    expect(first).toMatchObject({ subject: "Oggetto è", to: ["persona@posta.example"], text: "Testo\n", attachments: [] });
    expect(await (await fetch(`${sandbox.url}/mail`)).text()).toContain("Oggetto è");
    expect(await (await fetch(`${sandbox.url}/mail/${first!.id}`)).text()).toContain("<pre>Testo");
    expect((await fetch(`${sandbox.url}/mail/nothing`)).status).toBe(404);
  });

  test.each([["connect", "unavailable", 421], ["recipient", "refuse", 550], ["data", "refuse", 554], ["data", "unavailable", 451]] as const)("at %s can be told to say no (%s)", async (step, kind, code) => {
    const before = (await caught()).length;
    sandbox.world.faults.impose("mail", { kind }, step);
    await expect(send()).rejects.toMatchObject({ responseCode: code });
    expect((await caught()).length).toBe(before);
  });
});
