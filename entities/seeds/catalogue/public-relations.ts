import { delegateSituation, delegation, duringVisit, generalTerm, identityDocument, identityDocumentAtCounter, onlineSituation, setting, type OfficePart } from "./common.ts";
import type { ServiceSheet } from "./types.ts";

const urp: OfficePart = {
  category: "partecipazione-e-trasparenza", status: "ACTIVE", statusReason: null, offices: ["urp"], contact: "urp", laws: [],
};

const youth: OfficePart = {
  category: "vita-lavorativa", status: "ACTIVE", statusReason: null, offices: ["informagiovani"], contact: "informagiovani", laws: [],
};

const open = { access: ["OPEN_ACCESS", "APPOINTMENT"], needs: [], assurance: null, application: { kind: "NONE" }, timeLimit: duringVisit, conditions: null } satisfies Partial<ServiceSheet>;

/** Services of the public relations office (URP) and of the youth information desk (Informagiovani). */
export const publicRelationsServices: readonly ServiceSheet[] = [
  {
    ...urp, slug: "accesso-ai-documenti", title: "Accesso ai documenti amministrativi", topics: ["accesso-informazione", "trasparenza-amministrativa"],
    summary: "Chiedi di vedere o avere copia di un documento del Comune.",
    audience: "Chi ha un interesse al documento; per l'accesso civico, chiunque.",
    howTo: "Compila la domanda online indicando il documento. L'URP la passa all'ufficio che lo ha e ti risponde.",
    situations: [onlineSituation, delegateSituation, { key: "civic-access", question: "Chiedi un documento senza un interesse personale (accesso civico)?" }],
    whatYouNeed: [
      identityDocument, delegation,
      { code: "interest", title: "Motivo dell'interesse", description: null, needed: { unless: "civic-access" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "Il documento, oppure una risposta motivata.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "copies", title: "Costo delle copie", amount: setting("fee.document-copies"), needed: "ALWAYS" }],
    access: ["ONLINE", "OPEN_ACCESS"], needs: ["SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["kind", "document"],
        properties: {
          kind: { type: "string", title: "Tipo di accesso", oneOf: [{ const: "PERSONAL", title: "Accesso documentale" }, { const: "CIVIC", title: "Accesso civico" }] },
          document: { type: "string", title: "Documento richiesto", minLength: 5, maxLength: 600 },
          reason: { type: "string", title: "Motivo dell'interesse", maxLength: 600 },
          copy: { type: "boolean", title: "Voglio una copia" },
        },
      },
    },
  },
  {
    ...urp, slug: "segnalazioni-e-reclami", title: "Segnalazioni, reclami e suggerimenti", topics: ["accesso-informazione"],
    summary: "Segnala un disservizio o un guasto, oppure proponi un miglioramento.",
    audience: "Chiunque viva, lavori o passi da Cuneo.",
    howTo: "Compila il modulo: scegli la categoria, indica il luogo e descrivi il problema. Puoi allegare fotografie.",
    situations: [],
    whatYouNeed: [{ code: "place", title: "Luogo del problema", description: "Indirizzo o punto sulla mappa.", needed: "ALWAYS", heldBy: null, form: "EITHER" }],
    whatYouGet: "Un numero di pratica con cui seguire la segnalazione.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "report", title: "Segnalazione", amount: setting("fee.report"), needed: "ALWAYS" }],
    access: ["ONLINE", "OPEN_ACCESS"], needs: ["SPID"], assurance: "L1", appointment: { bookable: false, durationMinutes: 15 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["category", "place", "subject", "description"],
        properties: {
          category: { type: "string", title: "Categoria", oneOf: [{ const: "ROAD", title: "Strade e marciapiedi" }, { const: "LIGHTING", title: "Illuminazione" }, { const: "WASTE", title: "Rifiuti e pulizia" }, { const: "GREEN", title: "Verde pubblico" }, { const: "SERVICE", title: "Servizio di un ufficio" }, { const: "OTHER", title: "Altro" }] },
          place: { type: "string", title: "Luogo", minLength: 3, maxLength: 160 },
          subject: { type: "string", title: "Oggetto", minLength: 3, maxLength: 120 },
          description: { type: "string", title: "Descrizione", minLength: 10, maxLength: 600 },
        },
      },
    },
  },
  {
    ...urp, ...open, slug: "aiuto-servizi-digitali", title: "Aiuto con SPID, CIE e servizi online", topics: ["servizi-digitali"],
    summary: "Fatti aiutare ad attivare l'identità digitale e a usare i servizi online del Comune.",
    audience: "Chi ha difficoltà con i servizi digitali.",
    howTo: "Vieni nelle ore ad accesso libero oppure prenota, con il tuo telefono e un documento.",
    situations: [],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "phone", title: "Il tuo telefono", description: "E, se ce l'hai, i codici della carta d'identità elettronica.", needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
    ],
    whatYouGet: "L'accesso ai servizi online funzionante, e la spiegazione per usarlo da solo.",
    costs: [{ code: "help", title: "Assistenza", amount: setting("fee.digital-help"), needed: "ALWAYS" }],
    appointment: { bookable: true, durationMinutes: 30 },
  },
  {
    ...urp, slug: "ritiro-atti-depositati", title: "Ritiro di atti depositati in Comune", topics: ["accesso-informazione"],
    summary: "Ritira l'atto giudiziario o la cartella che è stata depositata per te alla casa comunale.",
    audience: "Chi ha ricevuto l'avviso di deposito.",
    howTo: "Vieni nelle ore ad accesso libero con l'avviso, oppure prenota.",
    situations: [delegateSituation],
    whatYouNeed: [identityDocumentAtCounter, delegation, { code: "deposit-notice", title: "Avviso di deposito", description: null, needed: "ALWAYS", heldBy: null, form: "ORIGINAL" }],
    whatYouGet: "L'atto depositato.", timeLimit: duringVisit, conditions: null,
    costs: [{ code: "pickup", title: "Ritiro", amount: setting("fee.deposit-pickup"), needed: "ALWAYS" }],
    access: ["OPEN_ACCESS", "APPOINTMENT"], needs: [], assurance: null, appointment: { bookable: true, durationMinutes: 10 }, application: { kind: "NONE" },
  },
  {
    ...youth, ...open, slug: "orientamento-lavoro-giovani", title: "Orientamento al lavoro e curriculum", topics: ["giovani", "lavoro"],
    summary: "Prepara il curriculum, cerca offerte e tirocini con un operatore dell'Informagiovani.",
    audience: "Chi ha meno di 35 anni e cerca lavoro o un tirocinio.",
    howTo: "Prenota un colloquio oppure vieni nelle ore ad accesso libero.",
    situations: [],
    whatYouNeed: [{ code: "curriculum", title: "Il tuo curriculum, se ne hai uno", description: "Anche in bozza, su carta o file.", needed: "ALWAYS", heldBy: null, form: "COPY" }],
    whatYouGet: "Un curriculum aggiornato e un elenco di offerte da seguire.",
    costs: [{ code: "interview", title: "Colloquio", amount: setting("fee.youth-desk"), needed: "ALWAYS" }],
    appointment: { bookable: true, durationMinutes: 45 },
  },
  {
    ...youth, ...open, category: "educazione-e-formazione", slug: "estero-e-volontariato-giovani", title: "Estero, scambi e volontariato", topics: ["giovani", "volontariato", "estero"],
    summary: "Scopri come studiare, lavorare o fare volontariato in un altro Paese o nel servizio civile.",
    audience: "Chi ha meno di 35 anni.",
    howTo: "Prenota un colloquio con l'operatore: trovate insieme il programma adatto.",
    situations: [],
    whatYouNeed: [],
    whatYouGet: "Le informazioni sui programmi aperti e l'aiuto per la domanda.",
    costs: [{ code: "interview", title: "Colloquio", amount: setting("fee.youth-desk"), needed: "ALWAYS" }],
    appointment: { bookable: true, durationMinutes: 30 },
  },
  {
    ...youth, ...open, category: "educazione-e-formazione", slug: "scelta-studi-giovani", title: "Scelta della scuola, dell'università e dei corsi", topics: ["giovani", "istruzione"],
    summary: "Fatti aiutare a scegliere un percorso di studi o un corso di formazione.",
    audience: "Studenti, famiglie e chi ha meno di 35 anni.",
    howTo: "Prenota un colloquio oppure vieni nelle ore ad accesso libero.",
    situations: [],
    whatYouNeed: [],
    whatYouGet: "Un confronto tra i percorsi possibili, con scadenze e borse di studio.",
    costs: [{ code: "interview", title: "Colloquio", amount: setting("fee.youth-desk"), needed: "ALWAYS" }],
    appointment: { bookable: true, durationMinutes: 45 },
  },
];
