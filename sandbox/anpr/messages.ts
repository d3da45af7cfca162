import type { Answer } from "../deliver.ts";
import { type GateFaultKind, gateFaults } from "./faults.ts";
import { messageNamespaces, type Operation } from "./request-schema.ts";
import { leaf, node } from "./xml.ts";

/** The fields of `testataRichiesta`; those that were not sent are not there. */
export type RequestHeader = Readonly<Record<string, string>>;

/** One entry of `listaErrori` or `listaAnomalie`. */
export interface RegistryError {
  readonly code: string;
  /** E for an error, W for a warning. */
  readonly type: "E" | "W";
  readonly field?: string;
}

const texts: Record<string, string> = {
  EN042: "Soggetto da certificare non presente in ANPR alla data indicata",
  EN050: "Non e' possibile specificare i dati richiesti per una ricerca per famiglia/convivenza",
  EN051: "Nei dati anagrafici richiesti sono stati specificati valori errati",
  EN052: "Occorre specificare i dati da interrogare",
  EN053: "Servizio non attivo con i parametri di ricerca impostati",
  EN079: "id operazione comune gia' presente per un servizio diverso",
  EN081: "Campo obbligatorio assente",
  EN095: "La richiesta per dati di un soggetto ha individuato piu' cittadini: restringere i parametri della ricerca",
  EN122: "La richiesta effettuata non produce alcun risultato",
  EN379: "Funzionalita' non supportata",
  EN043: "Sono presenti piu' soggetti corrispondenti ai dati anagrafici inseriti",
  EN110: "Il soggetto non e' cittadino italiano",
  EN123: "Motivo di esenzione e importo del bollo non coerenti",
  EN148: "Errore generico di elaborazione",
  EN153: "I certificati di morte, di cancellazione e storici si possono richiedere solo singolarmente",
  EN174: "Operazione non consentita per il tipo di dato richiesto",
  EN208: "L'importo del bollo deve essere maggiore di zero se non e' indicato un motivo di esenzione",
  EN228: "Il soggetto risulta deceduto",
  EA003: "Soggetto presente in AT con dati anagrafici uguali a quelli del comune ma CF diverso",
};

const headerFields = ["idOperazioneComune", "codMittente", "codDestinatario", "operazioneRichiesta", "dataOraRichiesta", "protocolloComune", "dataProtocolloComune", "dataDecorrenza"];

const contentType = "text/xml;charset=utf-8";
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
const env = "http://schemas.xmlsoap.org/soap/envelope/";

/** The SOAP fault of the gate, HTTP 500. */
export const faultAnswer = (kind: GateFaultKind): Answer => ({
  status: 500,
  contentType,
  body: `${declaration}\n<env:Envelope xmlns:env="${env}"><env:Body><env:Fault><faultcode>env:Client</faultcode><faultstring>${gateFaults[kind]}</faultstring></env:Fault></env:Body></env:Envelope>`,
});

/** The elements of an operation's answer: the whole, its positive half, and its negative one. */
const names: Record<Exclude<Operation, "testConnessione">, readonly [whole: string, ok: string, ko: string]> = {
  "3002": ["Risposta3002", "Risposta3002_OK", "rispostaKO"],
  "6001": ["Risposta6001", "Risposta6001OK", "Risposta6001KO"],
  "7001": ["Risposta7001", "RispostaMultipla7001", "rispostaKO"],
  P001: ["RispostaP001", "RispostaOKP001", "rispostaKO"],
  P002: ["RispostaP002", "RispostaOKP002", "rispostaKO"],
};

/** A positive answer of an operation: `0000`, the content in the order of the schema, warnings if there are any, and documents as parts of their own. */
export function okAnswer(operation: Operation, header: RequestHeader, registryOperation: number, content: string, warnings: readonly RegistryError[] = [], documents: readonly Buffer[] = []): Answer {
  const headed = answerHeader(header, registryOperation, "0000");
  const namespace = messageNamespaces[operation];
  if (operation === "testConnessione") return wrap(`<a:RispostaConnessione xmlns:a="${namespace}">${headed}</a:RispostaConnessione>`);
  const [whole, ok] = names[operation];
  const body = headed + content + node("listaAnomalie", ...warnings.map(errorEntry));
  const answer = wrap(`<a:${whole} xmlns:a="${namespace}"><a:${ok}>${body}</a:${ok}></a:${whole}>`);
  return documents.length > 0 ? withParts(answer, documents) : answer;
}

/** A refusal in the registry's own words: HTTP 200, the negative half, `XXXX`. */
export function koAnswer(operation: Operation, header: RequestHeader, registryOperation: number, errors: readonly RegistryError[]): Answer {
  const body = `${answerHeader(header, registryOperation, "XXXX")}<listaErrori>${errors.map(errorEntry).join("")}</listaErrori>`;
  const [whole, , ko] = operation === "testConnessione" ? ["RispostaConnessione", "", "rispostaKO"] as const : names[operation];
  return wrap(`<a:${whole} xmlns:a="${messageNamespaces[operation]}"><a:${ko}>${body}</a:${ko}></a:${whole}>`);
}

/** The place of a document in an answer: the registry sends documents beside the XML (MTOM), in the order of their places. */
export const documentPlace = (index: number): string => `<xop:Include href="cid:${partId(index)}" xmlns:xop="http://www.w3.org/2004/08/xop/include"/>`;

const partId = (index: number): string => `${index + 1}.${"0".repeat(8)}@registry.example`;

function withParts({ status, body }: Answer, documents: readonly Buffer[]): Answer {
  const boundary = "MIMEBoundary_registry";
  const part = (type: string, id: string, content: string | Buffer) => [Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`), Buffer.from(content as Buffer), Buffer.from("\r\n")];
  const root = "0.root@registry.example";
  return {
    status,
    contentType: `multipart/related; boundary="${boundary}"; type="application/xop+xml"; start="<${root}>"; start-info="text/xml"`,
    body: Buffer.concat([
      ...part('application/xop+xml; charset=UTF-8; type="text/xml"', root, body),
      ...documents.flatMap((document, index) => part("application/octet-stream", partId(index), document)),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  };
}

const wrap = (message: string): Answer => ({
  status: 200,
  contentType,
  body: `${declaration}<soapenv:Envelope xmlns:soapenv="${env}"><soapenv:Body>${message}</soapenv:Body></soapenv:Envelope>`,
});

const answerHeader = (header: RequestHeader, registryOperation: number, outcome: string): string =>
  node("testataRisposta", ...headerFields.map(name => leaf(name, header[name])), leaf("idOperazioneANPR", String(registryOperation)), leaf("esitoOperazione", outcome));

const errorEntry = ({ code, type, field }: RegistryError): string =>
  node("errore", leaf("codiceErroreAnomalia", code), leaf("tipoErroreAnomalia", type), leaf("testoErroreAnomalia", texts[code] ?? "Operazione non effettuabile"), leaf("campoErroreAnomalia", field));
