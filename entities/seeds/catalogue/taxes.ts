import { delegateSituation, delegation, duringVisit, generalTerm, householdHeld, identityDocument, onlineSituation, residenceHeld, setting, type OfficePart } from "./common.ts";
import type { RequiredDocument, ServiceSheet } from "./types.ts";

const shared: OfficePart = {
  category: "tributi-finanze-e-contravvenzioni", status: "ACTIVE", statusReason: null, offices: ["tributi"], contact: "tributi", laws: [],
};

const cadastralData: RequiredDocument = {
  code: "cadastral-data", title: "Dati catastali dell'immobile", form: "EITHER", needed: "ALWAYS", heldBy: null,
  description: "Foglio, particella e subalterno: li trovi nel contratto o nella visura.",
};

const taxPosition: RequiredDocument = {
  code: "tax-position", title: "Situazione dei pagamenti", form: "EITHER", needed: "ALWAYS",
  description: "L'ufficio la conosce già.", heldBy: { archive: "TAXES", unless: null },
};

/** Services on local taxes. */
export const taxServices: readonly ServiceSheet[] = [
  {
    ...shared, slug: "dichiarazione-tari", title: "Tassa rifiuti (TARI): inizio, variazione, cessazione", topics: ["gestione-rifiuti", "imposte"],
    summary: "Dichiara quando cominci, cambi o smetti di usare un immobile a Cuneo.",
    audience: "Chi possiede o usa un'abitazione o un altro locale a Cuneo.",
    howTo: "Compila la dichiarazione online: i dati della famiglia sono già quelli dell'anagrafe. In alternativa prenota un appuntamento.",
    situations: [onlineSituation, delegateSituation],
    whatYouNeed: [identityDocument, delegation, cadastralData, residenceHeld, householdHeld],
    whatYouGet: "La ricevuta della dichiarazione; l'avviso di pagamento arriva con la prima emissione.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "declaration", title: "Dichiarazione", amount: setting("fee.tax-declaration"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT", "OPEN_ACCESS"], needs: ["ANPR", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["event", "onDate", "address", "squareMetres"],
        properties: {
          event: { type: "string", title: "Che cosa dichiari", oneOf: [{ const: "START", title: "Inizio" }, { const: "CHANGE", title: "Variazione" }, { const: "END", title: "Cessazione" }] },
          onDate: { type: "string", format: "date", title: "Da quale giorno" },
          address: { type: "string", title: "Indirizzo dell'immobile", minLength: 3, maxLength: 120 },
          squareMetres: { type: "number", title: "Superficie calpestabile in metri quadrati", exclusiveMinimum: 0, maximum: 20_000 },
          sheet: { type: "string", title: "Foglio catastale", pattern: "^[0-9]{1,4}$" },
          parcel: { type: "string", title: "Particella", pattern: "^[0-9]{1,5}$" },
        },
      },
    },
  },
  {
    ...shared, slug: "sportello-imu", title: "Imposta sugli immobili (IMU): calcolo e informazioni", topics: ["imposte"],
    summary: "Fatti aiutare a capire se devi pagare l'IMU, quanto e come rimediare a un pagamento mancato.",
    audience: "Chi possiede immobili a Cuneo.",
    howTo: "Prenota un appuntamento e porta i dati degli immobili; per le domande semplici vieni nelle ore ad accesso libero.",
    situations: [delegateSituation],
    whatYouNeed: [delegation, cadastralData, taxPosition],
    whatYouGet: "Il prospetto dell'imposta e le istruzioni per pagare.", timeLimit: duringVisit, conditions: null,
    costs: [{ code: "advice", title: "Consulenza", amount: setting("fee.tax-advice"), needed: "ALWAYS" }],
    access: ["APPOINTMENT", "OPEN_ACCESS"], needs: [], assurance: null, appointment: { bookable: true, durationMinutes: 30 }, application: { kind: "NONE" },
  },
  {
    ...shared, slug: "rimborso-tributi", title: "Rimborso o compensazione di tributi locali", topics: ["imposte"],
    summary: "Chiedi indietro un tributo pagato in più, o usalo per un pagamento futuro.",
    audience: "Chi ha versato al Comune un tributo non dovuto o troppo alto.",
    howTo: "Compila la domanda online indicando tributo, anno e importo.",
    situations: [onlineSituation, delegateSituation, { key: "heir", question: "Chiedi il rimborso come erede?" }],
    whatYouNeed: [
      identityDocument, delegation, taxPosition,
      { code: "heirs-declaration", title: "Dichiarazione degli eredi", description: null, needed: { when: "heir" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "Il rimborso sul conto indicato, o la compensazione.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "request", title: "Domanda", amount: setting("fee.tax-refund"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["tax", "year", "cents", "way"],
        properties: {
          tax: { type: "string", title: "Tributo", oneOf: [{ const: "IMU", title: "IMU" }, { const: "TARI", title: "TARI" }, { const: "OTHER", title: "Altro" }] },
          year: { type: "integer", title: "Anno", minimum: 2000, maximum: 2100 },
          cents: { type: "integer", title: "Importo in centesimi di euro", minimum: 1 },
          way: { type: "string", title: "Come vuoi riaverlo", oneOf: [{ const: "TRANSFER", title: "Bonifico" }, { const: "OFFSET", title: "Compensazione" }] },
          reason: { type: "string", title: "Perché non era dovuto", maxLength: 600 },
        },
      },
    },
  },
  {
    ...shared, slug: "rateizzazione-tributi", title: "Rateizzazione di un avviso di pagamento", topics: ["imposte"],
    summary: "Chiedi di pagare a rate un avviso di accertamento o di pagamento del Comune.",
    audience: "Chi ha ricevuto un avviso e non può pagarlo in una volta sola.",
    howTo: "Compila la domanda online con il numero dell'avviso e le rate che proponi.",
    situations: [onlineSituation, delegateSituation],
    whatYouNeed: [
      identityDocument, delegation, taxPosition,
      { code: "hardship", title: "Dichiarazione di temporanea difficoltà", description: "Sul modulo dell'ufficio.", needed: "ALWAYS", heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "Il piano delle rate, ciascuna con il suo avviso pagoPA.", timeLimit: generalTerm, conditions: "Numero massimo di rate e importo minimo sono fissati dal regolamento del Comune.",
    costs: [{ code: "request", title: "Domanda", amount: setting("fee.tax-instalments"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["PAGOPA", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["notice", "instalments"],
        properties: {
          notice: { type: "string", title: "Numero dell'avviso", minLength: 3, maxLength: 40 },
          instalments: { type: "integer", title: "Numero di rate mensili proposte", minimum: 2, maximum: 72 },
          reason: { type: "string", title: "Motivo", maxLength: 600 },
        },
      },
    },
  },
];
