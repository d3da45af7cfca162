import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { SignJWT, decodeJwt, type JWTPayload } from "jose";

/** One request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A token server and a provider of a few lines: they hear everything and say what they are told. They share no code with the connector. */
export interface ProviderStub {
  readonly url: string;
  readonly tokens: (Seen & { readonly form: URLSearchParams; readonly assertion: JWTPayload })[];
  readonly requests: Seen[];
  /** How the next requests for a voucher are answered; by default with a voucher for what was asked. */
  issue: (response: ServerResponse, assertion: JWTPayload) => void | Promise<void>;
  /** How the next requests to e-services are answered; by default with nobody found. */
  answer: (response: ServerResponse, request: Seen) => void;
  reset(): void;
  openSockets(): number;
  close(): Promise<void>;
}

export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": status === 200 ? "application/json" : "application/problem+json", ...headers }).end(typeof body === "string" ? body : JSON.stringify(body));
};

/** The body of a 404 that says that nobody was found. */
export const nobody = { idOperazioneANPR: "1661088945", listaErrori: [{ codiceErroreAnomalia: "EN122", tipoErroreAnomalia: "E", testoErroreAnomalia: "PERSONAL TEXT OF THE REGISTRY" }] };

/** A token that says what it is for, with a signature that nobody checks here. */
export const voucherFor = ({ purposeId, digest }: JWTPayload, claims: JWTPayload = {}): Promise<string> =>
  new SignJWT({ purposeId, ...(digest ? { digest } : {}), exp: Math.floor(Date.now() / 1000) + 600, ...claims }).setProtectedHeader({ alg: "HS256", typ: "at+jwt" }).sign(Buffer.alloc(32));

const issueAsAsked: ProviderStub["issue"] = async (response, assertion) => json(response, 200, { access_token: await voucherFor(assertion), token_type: "Bearer", expires_in: 600 });

export async function startProviderStub(): Promise<ProviderStub> {
  const sockets = new Set<Socket>();
  const defaults = { issue: issueAsAsked, answer: (response: ServerResponse) => json(response, 404, nobody) };
  const stub = { tokens: [] as ProviderStub["tokens"], requests: [] as Seen[], ...defaults } as Pick<ProviderStub, "tokens" | "requests" | "issue" | "answer">;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const seen = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) };
      if (seen.path !== "/token.oauth2") {
        stub.requests.push(seen);
        return stub.answer(response, seen);
      }
      const form = new URLSearchParams(seen.body.toString());
      const assertion = decodeJwt(form.get("client_assertion") ?? "");
      stub.tokens.push({ ...seen, form, assertion });
      void stub.issue(response, assertion);
    });
  });
  server.on("connection", socket => { sockets.add(socket); socket.on("close", () => sockets.delete(socket)); });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(stub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reset: () => { stub.tokens.length = 0; stub.requests.length = 0; Object.assign(stub, defaults); },
    openSockets: () => sockets.size,
    close: () => new Promise<void>(resolve => { server.close(() => resolve()); for (const socket of sockets) socket.destroy(); }),
  });
}
