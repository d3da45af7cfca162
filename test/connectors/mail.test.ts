import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { SMTPServer } from "smtp-server";
import { openPost, type Mail } from "../../connectors/mail.ts";
import { SourceRefused, SourceUnavailable } from "../../connectors/upstream.ts";
import { systemClock } from "../../kernel/clock.ts";
import { silentLog } from "../../kernel/log.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map(server => new Promise(closed => server.close(closed))));
});

const hangUp = "hang up";

/** A server that says what the test wants it to: the answer to each command, or null for none. */
async function serve(answers: Readonly<Record<string, string | null>>): Promise<{ readonly port: number; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let text = false;
    const say = (line: string | null): void => void (line === null ? undefined : line === hangUp ? socket.destroy() : socket.write(`${line}\r\n`));
    say("connect" in answers ? answers["connect"]! : "220 test ESMTP");
    socket.on("data", data => {
      for (const line of data.toString().split("\r\n").filter(Boolean)) {
        heard.push(line);
        if (text && line !== ".") continue;
        const command = line === "." ? "end" : line.split(/[ :]/)[0]!.toUpperCase();
        text = command === "DATA" && (answers["DATA"] ?? "354").startsWith("354");
        say(command in answers ? answers[command]! : command === "EHLO" ? "250 test" : command === "DATA" ? "354 go on" : command === "QUIT" ? "221 bye" : "250 ok");
      }
    });
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, heard };
}

const postAt = (port: number, more: object = {}) =>
  openPost({ url: `smtp://127.0.0.1:${port}`, from: "Ente di prova <ente@ente.example>", tls: false, deadlineMs: 2_000, ...more }, { clock: systemClock, log: silentLog });
const mail: Mail = { to: "persona@posta.example", id: "one", subject: "Avviso di pagamento", text: "Testo\n", html: "<p>Testo</p>", language: "it" };
const failure = (work: Promise<unknown>) => work.then(() => "none", (error: { name: string; reason?: string; unknown?: boolean; diagnosis?: string; message: string }) => error);

test("a mail is handed over, in plain text and HTML, under a name that stays", async () => {
  const { port, heard } = await serve({});
  expect(await postAt(port).send(mail)).toEqual({ id: "<one@ente.example>" });
  expect(heard.find(line => line.startsWith("MAIL"))).toBe("MAIL FROM:<ente@ente.example>");
  expect(heard.find(line => line.startsWith("RCPT"))).toBe("RCPT TO:<persona@posta.example>");
  expect(heard).toEqual(expect.arrayContaining(["Message-ID: <one@ente.example>", "Auto-Submitted: auto-generated", "Content-Language: it", "Subject: Avviso di pagamento", "<p>Testo</p>"]));
});

test.each([
  ["the address is refused", { RCPT: "550 no such person" }, SourceRefused, { reason: "ADDRESS", diagnosis: "SMTP_550" }],
  ["the sender is refused", { MAIL: "553 not from you" }, SourceRefused, { reason: "NOT_AUTHORISED", diagnosis: "SMTP_553" }],
  ["the server wants a password", { MAIL: "530 authentication required" }, SourceRefused, { reason: "NOT_AUTHORISED", diagnosis: "SMTP_530" }],
  ["the mail is too large", { MAIL: "552 too large" }, SourceRefused, { reason: "BAD_REQUEST", diagnosis: "SMTP_552" }],
  ["the mail is refused", { end: "554 no" }, SourceRefused, { reason: "BAD_REQUEST", diagnosis: "SMTP_554" }],
  ["the address is to be tried later", { RCPT: "451 greylisted" }, SourceUnavailable, { unknown: false, diagnosis: "SMTP_451" }],
  ["the mail is to be tried later", { end: "451 greylisted" }, SourceUnavailable, { unknown: false, diagnosis: "SMTP_451" }],
  ["the server has no time", { connect: "421 busy" }, SourceUnavailable, { unknown: false, diagnosis: "SMTP_421" }],
  ["nothing is said", { connect: null }, SourceUnavailable, { unknown: false }],
  ["nothing is said of the recipient", { RCPT: null }, SourceUnavailable, { unknown: false }],
  ["nobody listens any more before the mail", { MAIL: hangUp }, SourceUnavailable, { unknown: false }],
  ["nothing is said after the mail", { end: null }, SourceUnavailable, { unknown: true }],
  ["nobody listens any more after the mail", { end: hangUp }, SourceUnavailable, { unknown: true }],
  ["the server closes after the mail", { end: "421 closing" }, SourceUnavailable, { unknown: true, diagnosis: "SMTP_421" }],
])("when %s, that is what it means", async (_name, answers, kind, expected) => {
  const { port } = await serve(answers);
  const met = await failure(postAt(port).send(mail));
  expect(met).toBeInstanceOf(kind);
  expect(met).toMatchObject(expected);
  expect(JSON.stringify(met) + (met as Error).message).not.toContain("persona");
});

test("nobody who listens is unavailable, and surely was sent nothing", async () => {
  const { port } = await serve({});
  await new Promise(closed => servers.pop()!.close(closed));
  expect(await failure(postAt(port).send(mail))).toMatchObject({ name: "SourceUnavailable", unknown: false });
});

test("without TLS, where it counts, nothing is sent and no password is told", async () => {
  const { port, heard } = await serve({});
  const post = openPost({ url: `smtp://user:password@127.0.0.1:${port}`, from: "ente@ente.example", tls: true, deadlineMs: 2_000 }, { clock: systemClock, log: silentLog });
  expect(await failure(post.send(mail))).toBeInstanceOf(SourceUnavailable);
  expect(heard.filter(line => /^(AUTH|MAIL|RCPT|DATA)/.test(line))).toEqual([]);
});

test("an attachment goes along", async () => {
  const { port, heard } = await serve({});
  await postAt(port).send({ ...mail, attachments: [{ name: "avviso.pdf", contentType: "application/pdf", content: Buffer.from("%PDF-1.7") }] });
  expect(heard.join("\n")).toContain("Content-Disposition: attachment; filename=avviso.pdf");
  expect(heard).toContain(Buffer.from("%PDF-1.7").toString("base64"));
});

describe("words that would be orders", () => {
  test.each([
    ["in the subject", { subject: "Tassa\r\nBcc: altri@posta.example\r\n\r\nTesto" }], ["in the address", { to: "persona@posta.example>\r\nRCPT TO:<altri@posta.example" }],
    ["in the address, after a comma", { to: "persona@posta.example, altri@posta.example" }], ["in an address with a name", { to: "Altri <altri@posta.example>" }],
    ["in the text, after its end", { text: "Fine\r\n.\r\nMAIL FROM:<altri@posta.example>\r\n" }], ["in the text, after an end of another kind", { text: "Fine\n.\nRCPT TO:<altri@posta.example>\r.\rQUIT\n" }],
    ["in the name of an attachment", { attachments: [{ name: 'a"\r\nBcc: altri@posta.example\r\n.pdf', contentType: "application/pdf", content: Buffer.from("x") }] }],
  ])("%s are none", async (_name, change) => {
    const { port, heard } = await serve({});
    await failure(postAt(port).send({ ...mail, ...change }));
    const orders = heard.slice(0, heard.indexOf("DATA") < 0 ? undefined : heard.indexOf("DATA"));
    expect(orders.filter(line => line.startsWith("RCPT")).length).toBeLessThanOrEqual(1);
    expect(orders.filter(line => line.startsWith("MAIL"))).toEqual(orders.includes("DATA") || orders.some(line => line.startsWith("MAIL")) ? ["MAIL FROM:<ente@ente.example>"] : []);
    expect(heard.filter(line => line === ".").length).toBeLessThanOrEqual(1);
    const headers = heard.slice(heard.indexOf("DATA"), heard.findIndex((line, index) => index > heard.indexOf("DATA") && line.startsWith("--")));
    expect(headers.filter(line => /^Bcc:/i.test(line))).toEqual([]);
  });

  test("letters of any script come as they were", async () => {
    const { port, heard } = await serve({});
    await postAt(port).send({ ...mail, subject: "Città 🅿️ שלום" });
    const [encoded] = heard.filter(line => line.startsWith("Subject:"));
    expect(encoded).toMatch(/^Subject: =\?UTF-8\?[BQ]\?/);
    expect(heard.every(line => /^[\x20-\x7e]*$/.test(line))).toBe(true);
  });
});

describe("a server with TLS", () => {
  /** A server that offers TLS, with a certificate that nobody vouches for. */
  async function secured(): Promise<{ readonly port: number; readonly orders: string[]; readonly close: () => Promise<void> }> {
    const orders: string[] = [];
    const server = new SMTPServer({
      onAuth: (_auth, _session, answer) => { orders.push("AUTH"); answer(null, { user: "user" }); },
      onMailFrom: (_address, _session, answer) => { orders.push("MAIL"); answer(); },
      logger: false, disableReverseLookup: true, closeTimeout: 200,
    });
    server.on("error", () => undefined);
    await new Promise<void>(listening => void server.listen(0, "127.0.0.1", () => listening()));
    return { port: (server.server.address() as AddressInfo).port, orders, close: () => new Promise(closed => server.close(() => closed())) };
  }

  test("whose certificate nobody vouches for is told nothing, neither password nor mail, whether TLS must be or may be", async () => {
    const { port, orders, close } = await secured();
    try {
      for (const tls of [true, false]) {
        const post = openPost({ url: `smtp://user:password@127.0.0.1:${port}`, from: "ente@ente.example", tls, deadlineMs: 2_000 }, { clock: systemClock, log: silentLog });
        expect(await failure(post.send(mail))).toMatchObject({ name: "SourceUnavailable", unknown: false });
      }
      expect(orders).toEqual([]);
    } finally {
      await close();
    }
  });
});

test("settings that are no server's are refused", () => {
  expect(() => postAt(25, { url: "http://localhost" })).toThrow("url");
});
