import { XmlDocument, XsdValidator } from "libxml2-wasm";

export const messageNamespaces = {
  "3002": "http://sogei.it/ANPR/3000consultazione",
  "6001": "http://sogei.it/ANPR/6001certificazione",
  "7001": "http://sogei.it/ANPR/7001scaricoTabelle",
  P001: "http://sogei.it/ANPR/P000sc",
  P002: "http://sogei.it/ANPR/P000sc",
  testConnessione: "http://sogei.it/ANPR/connessione",
} as const;

export type Operation = keyof typeof messageNamespaces;

/** The element of the body by which the registry tells operations apart. */
export const requestNames: Record<Operation, string> = {
  "3002": "Richiesta3002", "6001": "Richiesta6001", "7001": "Richiesta7001", P001: "RichiestaP001", P002: "RichiestaP002", testConnessione: "RichiestaConnessione",
};

const element = (name: string, type: string, occurs = "") => `<xs:element name="${name}" type="${type}" ${occurs}/>`;
const optional = (name: string, type: string) => element(name, type, 'minOccurs="0"');
const group = (name: string, content: string, occurs = "") => `<xs:element name="${name}" ${occurs}><xs:complexType><xs:sequence>${content}</xs:sequence></xs:complexType></xs:element>`;
const restricted = (name: string, pattern: string) => `<xs:simpleType name="${name}"><xs:restriction base="xs:string"><xs:pattern value="${pattern}"/></xs:restriction></xs:simpleType>`;
const bool = "code1";

/**
 * The header of every request. What is mandatory in it is optional here: the registry answers a missing field with an
 * error code of its own, not with a fault.
 */
const header = group("testataRichiesta", [
  optional("idOperazioneComune", "id30"),
  optional("codMittente", "text6"),
  optional("codDestinatario", "text6"),
  optional("operazioneRichiesta", "text4"),
  optional("dataOraRichiesta", "xs:dateTime"),
  optional("tipoOperazione", "operation"),
  optional("protocolloComune", "text20"),
  optional("dataProtocolloComune", "xs:date"),
  optional("tipoInvio", "text20"),
  optional("dataDecorrenza", "xs:date"),
  optional("dataDefinizionePratica", "xs:date"),
  optional("nomeApplicativo", "text80"),
  optional("versioneApplicativo", "text80"),
  optional("fornitoreApplicativo", "text80"),
].join(""));

const municipalityFields = element("nomeComune", "text80") + optional("codiceIstat", "istat") + element("siglaProvinciaIstat", "province") + optional("descrizioneLocalita", "text120");
const countryFields = optional("descrizioneLocalita", "text120") + element("descrizioneStato", "text120") + element("codiceStato", "country") + optional("provinciaContea", "text30");

const search = header
  + group("criteriRicerca", [
    optional("codiceFiscale", "fiscalCode"),
    optional("cognome", "text80"), optional("senzaCognome", bool),
    optional("nome", "text80"), optional("senzaNome", bool),
    optional("sesso", "sex"), optional("soggettoAIRE", "yesNo"),
    group("idSchedaSoggettoComune", element("idSchedaSoggettoComuneIstat", "istat") + element("idSchedaSoggetto", "text20"), 'minOccurs="0"'),
    optional("idSchedaSoggettoANPR", "text20"),
    optional("tipoScheda", "digit"),
    group("idFamigliaConvivenzaComune", element("idFamigliaConvivenzaComuneIstat", "istat") + element("idFamigliaConvivenza", "text20"), 'minOccurs="0"'),
    optional("identificativoANPR", "text20"),
    optional("cartaIdentita3000", "xs:anyType"), optional("permessoDiSoggiorno3000", "xs:anyType"),
    optional("idANPR", "text20"),
  ].join(""))
  + group("datiNascita", [
    element("dataEvento", "xs:date"), optional("senzaGiorno", bool), optional("senzaGiornoMese", bool),
    group("luogoNascita", optional("luogoEccezionale", "yesNo")
      + `<xs:choice minOccurs="0">${group("comune", municipalityFields)}${group("localita", countryFields)}</xs:choice>`, 'minOccurs="0"'),
  ].join(""), 'minOccurs="0"')
  + optional("residenzaIscrizioneAIRE", "xs:anyType")
  + group("datiRichiesta", [
    element("schedaAnagraficaRichiesta", "digit"),
    element("dataRiferimentoRichiesta", "xs:date"),
    element("datiAnagraficiRichiesti", "dataSet", 'minOccurs="0" maxOccurs="unbounded"'),
    optional("ricercaNazionale", "digit"),
    group("comuneResidenza", municipalityFields, 'minOccurs="0"'),
    element("parametriANPR", "xs:string", 'minOccurs="0" maxOccurs="unbounded"'),
  ].join(""));

/** `generalita` as a request for a certificate may give them. */
const particulars = (name: string) => group(name, [
  group("codiceFiscale", element("codFiscale", "fiscalCode") + optional("validitaCF", "dataSet") + optional("dataAttribuzioneValidita", "xs:date"), 'minOccurs="0"'),
  `<xs:choice>${element("cognome", "text80")}${element("senzaCognome", bool)}</xs:choice>`,
  `<xs:choice>${element("nome", "text80")}${element("senzaNome", bool)}</xs:choice>`,
  optional("sesso", "sex"), optional("dataNascita", "xs:date"), optional("senzaGiorno", bool), optional("senzaGiornoMese", bool),
  optional("luogoNascita", "xs:anyType"), optional("soggettoAIRE", "yesNo"), optional("annoEspatrio", "text4"),
  optional("idSchedaSoggettoComune", "xs:anyType"), optional("idSchedaSoggettoANPR", "text20"), optional("note", "text120"),
].join(""));

const certification = header
  + group("linguaCertificato", element("tipoLinguaCertificato", "province", 'maxOccurs="unbounded"'), 'minOccurs="0"')
  + group("listaTipiCertificati", element("tipoCertificato", "dataSet", 'maxOccurs="unbounded"'))
  + group("generalitaRichiedente", particulars("generalita") + group("docRiconoscimento", element("estDocRiconoscimento", "text80") + element("dataRilascio", "xs:date"), 'minOccurs="0"'), 'minOccurs="0"')
  + group("soggettoIntestatario", particulars("generalita"))
  + group("datiControllo", [
    element("cognomeUffAnagrafe", "text80"), element("nomeUffAnagrafe", "text80"), element("tipoRichiedente", "digit"), element("tipoRichiesta", "digit"),
    element("paEstera", "dataSet"), element("emissione", "digit"), element("bollo", "cents"), optional("bolloVirtuale", "digit"), optional("esenzioneDiritti", "digit"),
    element("diritti", "cents"), optional("esenzioneBollo", "dataSet"), optional("descrizioneEsenzioneBollo", "xs:string"), optional("listaAnnotazioni", "xs:anyType"),
    optional("forzaCertificazione", "digit"), optional("modalita", "digit"), optional("tipoFirmaElettorale", "digit"),
  ].join(""));

const tables = header + group("datiRichiesta", element("idTabella", "table"));

const declarations = header + group("criteriRicerca", element("dataIniziale", "xs:date") + element("dataFinale", "xs:date") + element("idTipologia", "dataSet") + element("idStatoRichiesta", "anyState")
  + `<xs:choice minOccurs="0">${element("flagInScadenza", "xs:boolean")}${element("flagProrogate", "xs:boolean")}</xs:choice>`);

const declaration = header + group("criteriRicerca", element("codiceRichiesta", "declarationCode"));

const contents: Record<Operation, string> = { "3002": search, "6001": certification, "7001": tables, P001: declarations, P002: declaration, testConnessione: header };

const types = [
  restricted("id30", "[0-9a-zA-Z]{1,30}"), restricted("istat", "\\d{6}"), restricted("country", "[^ ]{3}"), restricted("province", ".{2}"),
  restricted("operation", "C|V|R"), restricted("fiscalCode", "[0-9a-zA-Z]{11,16}"), restricted("sex", "[MFNmfn]"), restricted("yesNo", "[SNsn]"),
  restricted("digit", "\\d"), restricted("dataSet", "\\d{1,2}"), restricted(bool, "1"),
  restricted("cents", "\\d{1,5}"), restricted("table", "\\d{3}"), restricted("anyState", "\\d{0,2}"), restricted("declarationCode", "\\d{1,30}"),
  ...[4, 6, 20, 30, 80, 120].map(length => restricted(`text${length}`, `.{1,${length}}`)),
].join("");

const validators = Object.fromEntries(Object.entries(contents).map(([operation, content]) => {
  const name = operation as Operation;
  const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${messageNamespaces[name]}" xmlns:m="${messageNamespaces[name]}" elementFormDefault="unqualified">${group(requestNames[name], content)}${types}</xs:schema>`;
  using document = XmlDocument.fromString(schema.replace(/type="(?!xs:)/g, 'type="m:'));
  return [name, XsdValidator.fromDoc(document)];
})) as Record<Operation, XsdValidator>;

/** Whether a message has the elements of the operation, in its order and with values of its types. */
export function isValidRequest(operation: Operation, message: XmlDocument): boolean {
  try {
    validators[operation].validate(message);
    return true;
  } catch {
    return false;
  }
}
