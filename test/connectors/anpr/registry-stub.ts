import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A registry of a few lines: it hears everything and says what it is told. Shares no code with the connector. */
export interface RegistryStub {
  readonly url: string;
  readonly requests: { readonly path: string; readonly action: string | undefined; readonly type: string | undefined; readonly body: string }[];
  /** How the next requests are answered. */
  answer: (request: string, response: ServerResponse) => void;
  openSockets(): number;
  close(): Promise<void>;
}

export async function startRegistryStub(): Promise<RegistryStub> {
  const sockets = new Set<Socket>();
  const stub = { requests: [] as RegistryStub["requests"], answer: (request: string, response: ServerResponse) => send(response, ko(request, ["EN122", "E"])) };
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      stub.requests.push({ path: request.url ?? "", action: request.headers.soapaction as string | undefined, type: request.headers["content-type"], body });
      stub.answer(body, response);
    });
  });
  server.on("connection", socket => { sockets.add(socket); socket.on("close", () => sockets.delete(socket)); });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(stub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openSockets: () => sockets.size,
    close: () => new Promise<void>(resolve => { server.close(() => resolve()); for (const socket of sockets) socket.destroy(); }),
  });
}

export const send = (response: ServerResponse, body: string, status = 200): void => {
  response.writeHead(status, { "content-type": "text/xml; charset=utf-8" }).end(body);
};

const envelope = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`;

const header = (request: string, outcome: string): string => {
  const id = /<idOperazioneComune>([^<]*)</.exec(request)?.[1] ?? "0";
  return `<testataRisposta><idOperazioneComune>${id}</idOperazioneComune><codMittente>004078</codMittente><codDestinatario>ANPR05</codDestinatario><operazioneRichiesta>3002</operazioneRichiesta><dataOraRichiesta>2026-11-23T10:00:00.000+01:00</dataOraRichiesta><idOperazioneANPR>987654321</idOperazioneANPR><esitoOperazione>${outcome}</esitoOperazione></testataRisposta>`;
};

const remark = ([code, kind]: readonly [string, string]): string =>
  `<errore><codiceErroreAnomalia>${code}</codiceErroreAnomalia><tipoErroreAnomalia>${kind}</tipoErroreAnomalia><testoErroreAnomalia>PERSONAL TEXT OF THE REGISTRY</testoErroreAnomalia></errore>`;

/** A negative answer with these codes; none at all makes the empty list that was seen on the wire. */
export const ko = (request: string, ...codes: readonly (readonly [string, string])[]): string =>
  envelope(`<a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"><a:rispostaKO>${header(request, "XXXX")}<listaErrori>${codes.map(remark).join("")}</listaErrori></a:rispostaKO></a:Risposta3002>`);

/** A positive answer about these people. The outcome code is the one seen on the wire, not the documented one. */
export const ok = (request: string, people: readonly string[], remarks: readonly (readonly [string, string])[] = []): string =>
  envelope(
    `<a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"><a:Risposta3002_OK>${header(request, "0000")}` +
      (people.length > 0 ? `<listaSoggetti>${people.map(person => `<datiSoggetto>${person}</datiSoggetto>`).join("")}</listaSoggetti>` : "") +
      (remarks.length > 0 ? `<listaAnomalie>${remarks.map(remark).join("")}</listaAnomalie>` : "") +
      `</a:Risposta3002_OK></a:Risposta3002>`,
  );

export const fault = (code: string, text: string): string => envelope(`<e:Fault><faultcode>${code}</faultcode><faultstring>${text}</faultstring></e:Fault>`);

export const connected = (request: string): string => envelope(`<c:RispostaConnessione xmlns:c="http://sogei.it/ANPR/connessione">${header(request, "0000")}</c:RispostaConnessione>`);
