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

/** A positive answer of an operation: `0000`, the content in the order of the schema, and warnings if there are any. */
export function okAnswer(operation: Operation, header: RequestHeader, registryOperation: number, content: string, warnings: readonly RegistryError[] = []): Answer {
  const headed = answerHeader(header, registryOperation, "0000");
  if (operation === "testConnessione") return wrap(`<a:RispostaConnessione xmlns:a="${messageNamespaces[operation]}">${headed}</a:RispostaConnessione>`);
  const body = headed + content + node("listaAnomalie", ...warnings.map(errorEntry));
  return wrap(`<a:Risposta3002 xmlns:a="${messageNamespaces[operation]}"><a:Risposta3002_OK>${body}</a:Risposta3002_OK></a:Risposta3002>`);
}

/** A refusal in the registry's own words: HTTP 200, `rispostaKO`, `XXXX`. */
export function koAnswer(operation: Operation, header: RequestHeader, registryOperation: number, errors: readonly RegistryError[]): Answer {
  const body = `${answerHeader(header, registryOperation, "XXXX")}<listaErrori>${errors.map(errorEntry).join("")}</listaErrori>`;
  const name = operation === "testConnessione" ? "RispostaConnessione" : "Risposta3002";
  return wrap(`<a:${name} xmlns:a="${messageNamespaces[operation]}"><a:rispostaKO>${body}</a:rispostaKO></a:${name}>`);
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
