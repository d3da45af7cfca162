import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
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

/** A server that says what the test wants it to: the answer to each command, or null for none. */
async function serve(answers: Readonly<Record<string, string | null>>): Promise<{ readonly port: number; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let text = false;
    const say = (line: string | null): void => void (line === null ? undefined : socket.write(`${line}\r\n`));
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
  ["the sender is refused", { MAIL: "553 not from you" }, SourceRefused, { reason: "BAD_REQUEST", diagnosis: "SMTP_553" }],
  ["the mail is refused", { end: "554 no" }, SourceRefused, { reason: "BAD_REQUEST", diagnosis: "SMTP_554" }],
  ["the address is to be tried later", { RCPT: "451 greylisted" }, SourceUnavailable, { unknown: false, diagnosis: "SMTP_451" }],
  ["the mail is to be tried later", { end: "451 later" }, SourceUnavailable, { diagnosis: "SMTP_451" }],
  ["the server has no time", { connect: "421 busy" }, SourceUnavailable, {}],
  ["nothing is said", { connect: null }, SourceUnavailable, {}],
  ["nothing is said after the mail", { end: null }, SourceUnavailable, { unknown: true }],
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
  expect(await failure(postAt(port).send(mail))).toMatchObject({ name: "SourceUnavailable" });
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

test("settings that are no server's are refused", () => {
  expect(() => postAt(25, { url: "http://localhost" })).toThrow("url");
});
