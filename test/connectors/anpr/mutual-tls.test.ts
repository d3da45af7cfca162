import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openRegistry, type RegistrySettingsInput } from "../../../connectors/anpr/index.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { connected } from "./registry-stub.ts";
import { makeWorkstation } from "./workstation.ts";

let server: Server;
let settings: RegistrySettingsInput;
const seen: string[] = [];

beforeAll(async () => {
  const [front, workstation] = await Promise.all([makeWorkstation({ name: "CN=registry" }), makeWorkstation({ name: "CN=004078-CO-0000" })]);
  server = createServer({ key: front.key, cert: front.certificate, ca: workstation.certificate, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    seen.push((request.socket as TLSSocket).getPeerCertificate().subject.CN as string);
    let body = "";
    request.on("data", chunk => { body += String(chunk); }).on("end", () => response.writeHead(200, { "content-type": "text/xml" }).end(connected(body)));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  settings = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, environment: "TEST", municipality: "004078", workstation: "004078-CO-0000",
    application: "1", operator: "OPERATOR", clientAddress: "127.0.0.1", authority: front.certificate, ...workstation,
  };
});
afterAll(() => { server.closeAllConnections(); server.close(); });

const ping = async (change: Partial<RegistrySettingsInput> = {}): Promise<unknown> => {
  const { authority, ...rest } = { ...settings, ...change };
  const registry = await openRegistry(authority ? { ...rest, authority } : rest, { clock: systemClock, log: silentLog });
  return registry.ping({ operationId: "1" }).catch((error: unknown) => error);
};

test("the workstation's certificate opens the connection", async () => {
  expect(await ping()).toBeUndefined();
  expect(seen).toEqual(["004078-CO-0000"]);
});

test("a registry with a certificate that nobody vouches for is not spoken to", async () => {
  seen.length = 0;
  expect(await ping({ authority: (await makeWorkstation()).certificate })).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  expect(seen).toEqual([]);
});

test("a registry that does not know our certificate is unavailable, and the diagnosis tells it", async () => {
  seen.length = 0;
  expect(await ping(await makeWorkstation())).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: expect.stringMatching(/^(ERR_SSL_|ECONNRESET)/) });
  expect(seen).toEqual([]);
});
