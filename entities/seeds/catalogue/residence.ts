import {
  delegateSituation, delegation, foreignSituation, fromAbroadSituation, generalTerm, identityDocument, identityDocumentAtCounter, minorSituation,
  onlineSituation, residenceHeld, residencePermit, setting, type OfficePart,
} from "./common.ts";
import type { RequiredDocument, ServiceSheet } from "./types.ts";

const shared: OfficePart = {
  category: "anagrafe-e-stato-civile", status: "ACTIVE", statusReason: null, offices: ["sportello-unico"], contact: "sportello-unico", laws: [],
};

const titleToDwelling: RequiredDocument = {
  code: "title-to-dwelling", title: "Titolo per abitare nell'alloggio", form: "EITHER", needed: "ALWAYS", heldBy: null,
  description: "Contratto registrato, atto di proprietà o comodato, oppure la dichiarazione del proprietario con i dati del contratto.",
};

const vehicles: RequiredDocument = {
  code: "vehicles", title: "Targhe dei veicoli e numero di patente", form: "EITHER", needed: "ALWAYS", heldBy: null,
  description: "Basta scriverli nella dichiarazione: servono per aggiornare patente e libretto.",
};

/** Services on moves of residence. */
export const residenceServices: readonly ServiceSheet[] = [
  {
    ...shared, slug: "cambio-residenza", title: "Cambio di residenza da altro Comune o dall'estero", topics: ["residenza", "immigrazione"],
    summary: "Dichiara che ti sei trasferito a Cuneo da un altro Comune o dall'estero.",
    audience: "Chi viene ad abitare a Cuneo, da solo o con la famiglia. Può dichiararlo un componente maggiorenne per tutti.",
    howTo: "Fai la dichiarazione online con SPID o CIE, oppure prenota un appuntamento. L'ufficio registra il trasferimento e verifica che abiti davvero all'indirizzo dichiarato.",
    situations: [onlineSituation, fromAbroadSituation, foreignSituation, minorSituation],
    whatYouNeed: [
      identityDocument, titleToDwelling, vehicles, residencePermit,
      { code: "passport", title: "Passaporto o documento equivalente", description: "Serve a chi non è ancora iscritto in un Comune italiano.", needed: { when: "from-abroad" }, heldBy: null, form: "ORIGINAL" },
      { code: "family-acts", title: "Atti che provano i legami di famiglia", description: "Il Comune li legge nell'anagrafe nazionale; chi arriva dall'estero porta gli atti tradotti e legalizzati.", needed: "ALWAYS", heldBy: { archive: "ANPR", unless: "from-abroad" }, form: "ORIGINAL" },
      { code: "other-parent-consent", title: "Assenso dell'altro genitore", description: "Se il minore cambia casa con un solo genitore.", needed: { when: "minor" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "La nuova residenza a Cuneo, con la ricevuta della dichiarazione.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "declaration", title: "Dichiarazione di residenza", amount: setting("fee.residence-declaration"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["ANPR", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 30 }, application: { kind: "NONE" },
  },
  {
    ...shared, slug: "cambio-indirizzo", title: "Cambio di indirizzo dentro Cuneo", topics: ["residenza"],
    summary: "Dichiara che hai cambiato casa restando a Cuneo.",
    audience: "Chi risiede già a Cuneo e cambia abitazione.",
    howTo: "Compila la dichiarazione online: i dati della famiglia sono già quelli dell'anagrafe. In alternativa prenota un appuntamento.",
    situations: [onlineSituation, minorSituation, { key: "joins-household", question: "Vai ad abitare con una famiglia che vive già lì?" }],
    whatYouNeed: [
      identityDocument, residenceHeld, titleToDwelling, vehicles,
      { code: "household-consent", title: "Assenso di chi abita già nell'alloggio", description: "Firmato, con copia del documento.", needed: { when: "joins-household" }, heldBy: null, form: "EITHER" },
      { code: "other-parent-consent", title: "Assenso dell'altro genitore", description: "Se il minore cambia casa con un solo genitore.", needed: { when: "minor" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "Il nuovo indirizzo in anagrafe, con la ricevuta della dichiarazione.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "declaration", title: "Dichiarazione di cambio di indirizzo", amount: setting("fee.residence-declaration"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["ANPR", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["street", "number", "movedOn", "title"],
        properties: {
          street: { type: "string", title: "Nuova via o piazza", minLength: 3, maxLength: 100 },
          number: { type: "string", title: "Numero civico", pattern: "^[0-9]{1,4}[A-Za-z/0-9]{0,6}$" },
          unit: { type: "string", title: "Scala, piano, interno", maxLength: 30 },
          movedOn: { type: "string", format: "date", title: "Giorno del trasloco" },
          title: { type: "string", title: "A che titolo abiti nell'alloggio", oneOf: [{ const: "OWNER", title: "Proprietà" }, { const: "TENANT", title: "Affitto" }, { const: "FREE_LOAN", title: "Comodato" }, { const: "OTHER", title: "Altro" }] },
          vehicles: { type: "array", title: "Targhe dei veicoli della famiglia", items: { type: "string", minLength: 2, maxLength: 12 }, maxItems: 10 },
        },
      },
    },
  },
  {
    ...shared, slug: "iscrizione-aire", title: "Iscrizione all'anagrafe dei residenti all'estero (AIRE)", topics: ["residenza", "estero"],
    summary: "Informati sul trasferimento all'estero e sull'iscrizione all'AIRE.",
    audience: "I cittadini italiani che vanno a vivere all'estero.",
    howTo: "Dichiara il trasferimento al Comune prima di partire, oppure al Consolato quando arrivi.",
    situations: [onlineSituation, minorSituation],
    whatYouNeed: [
      identityDocument,
      { code: "foreign-address", title: "Indirizzo all'estero", description: "Stato, località, via e numero.", needed: "ALWAYS", heldBy: null, form: "EITHER" },
      { code: "citizenship", title: "Cittadinanza italiana", description: "Il Comune la legge nell'anagrafe nazionale.", needed: "ALWAYS", heldBy: { archive: "ANPR", unless: null }, form: "EITHER" },
      { code: "other-parent-consent", title: "Assenso dell'altro genitore", description: "Se il minore parte con un solo genitore.", needed: { when: "minor" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "L'iscrizione all'AIRE del Comune di Cuneo.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "registration", title: "Iscrizione", amount: setting("fee.registry-abroad"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["ANPR", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 }, application: { kind: "NONE" },
  },
  {
    ...shared, slug: "attestazione-soggiorno-cittadini-ue", title: "Attestazione di soggiorno per cittadini dell'Unione europea", topics: ["immigrazione", "residenza"],
    summary: "Chiedi l'attestazione che prova il tuo diritto di soggiorno come cittadino dell'Unione europea.",
    audience: "I cittadini di un Paese dell'Unione europea iscritti o che si iscrivono all'anagrafe di Cuneo.",
    howTo: "Prenota un appuntamento e porta i documenti sul lavoro, sugli studi o sulle risorse con cui vivi.",
    situations: [{ key: "worker", question: "Lavori in Italia?" }, { key: "student", question: "Studi in Italia?" }],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "work-proof", title: "Prova del lavoro", description: "Contratto, ultima busta paga o partita IVA.", needed: { when: "worker" }, heldBy: null, form: "COPY" },
      { code: "enrolment", title: "Iscrizione a un corso di studi", description: null, needed: { when: "student" }, heldBy: null, form: "COPY" },
      { code: "resources", title: "Risorse economiche e copertura sanitaria", description: "Per chi non lavora in Italia.", needed: { unless: "worker" }, heldBy: null, form: "COPY" },
    ],
    whatYouGet: "L'attestazione di iscrizione anagrafica o di soggiorno permanente.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "stamp-duty", title: "Imposta di bollo su domanda e attestazione", amount: setting("duty.eu-residence"), needed: "ALWAYS" }],
    access: ["APPOINTMENT"], needs: ["ANPR", "PAGOPA"], assurance: null, appointment: { bookable: true, durationMinutes: 30 }, application: { kind: "NONE" },
  },
  {
    ...shared, slug: "rinnovo-dimora-abituale", title: "Rinnovo della dichiarazione di dimora abituale", topics: ["immigrazione", "residenza"],
    summary: "Conferma che abiti ancora a Cuneo dopo il rinnovo del permesso di soggiorno.",
    audience: "I cittadini di Paesi fuori dall'Unione europea che risiedono a Cuneo.",
    howTo: "Invia online la copia del nuovo permesso di soggiorno oppure portala allo sportello.",
    situations: [onlineSituation, delegateSituation],
    whatYouNeed: [
      identityDocument, delegation,
      { code: "residence-permit", title: "Permesso di soggiorno rinnovato", description: null, needed: "ALWAYS", heldBy: null, form: "COPY" },
      { code: "residence", title: "Residenza a Cuneo", description: "Il Comune la legge nell'anagrafe nazionale.", needed: "ALWAYS", heldBy: { archive: "ANPR", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "La conferma della dimora abituale: resti iscritto in anagrafe.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "declaration", title: "Dichiarazione di dimora", amount: setting("fee.residence-declaration"), needed: "ALWAYS" }],
    access: ["ONLINE", "OPEN_ACCESS", "APPOINTMENT"], needs: ["ANPR", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 10 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["permitNumber", "permitValidTo"],
        properties: {
          permitNumber: { type: "string", title: "Numero del permesso di soggiorno", minLength: 4, maxLength: 20 },
          permitValidTo: { type: "string", format: "date", title: "Scadenza del permesso di soggiorno" },
        },
      },
    },
  },
];
