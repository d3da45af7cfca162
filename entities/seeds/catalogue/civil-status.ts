import { delegateSituation, delegation, duringVisit, foreignSituation, generalTerm, identityDocumentAtCounter, onlineSituation, setting, type OfficePart } from "./common.ts";
import type { RequiredDocument, ServiceSheet } from "./types.ts";

const shared: OfficePart = {
  category: "anagrafe-e-stato-civile", status: "ACTIVE", statusReason: null, offices: ["stato-civile"], contact: "stato-civile", laws: [],
};

const freeActs = "Certificati di stato civile gratuiti (cori.lt.it, bardonecchia.to.it, filacciano.rm.it)";

const birthRecord: RequiredDocument = {
  code: "birth-record", title: "Atto di nascita", form: "EITHER", needed: "ALWAYS",
  description: "Il Comune lo chiede d'ufficio al Comune di nascita.",
  heldBy: { archive: "CIVIL_STATUS", unless: "non-eu-citizen" },
};

const noImpediment: RequiredDocument = {
  code: "no-impediment", title: "Nulla osta al matrimonio", form: "ORIGINAL", needed: { when: "non-eu-citizen" }, heldBy: null,
  description: "Rilasciato dall'autorità del tuo Paese.",
};

const inPerson = { access: ["APPOINTMENT"], assurance: null, application: { kind: "NONE" } } satisfies Pick<ServiceSheet, "access" | "assurance" | "application">;

/** Services on births, marriages, unions, citizenship, separations, wills for care and deaths. */
export const civilStatusServices: readonly ServiceSheet[] = [
  {
    ...shared, ...inPerson, slug: "denuncia-nascita", title: "Dichiarazione di nascita", topics: ["nascita", "famiglia"],
    summary: "Dichiara la nascita di tuo figlio al Comune.",
    audience: "I genitori, o chi ha assistito al parto.",
    howTo: "Prenota il primo appuntamento libero. Se i genitori non sono sposati tra loro, vengono insieme.",
    situations: [{ key: "declared-in-hospital", question: "Hai già fatto la dichiarazione in ospedale?" }],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "birth-attestation", title: "Attestazione di nascita", description: "Rilasciata da chi ha assistito al parto.", needed: { unless: "declared-in-hospital" }, heldBy: null, form: "ORIGINAL" },
      { code: "marriage-record", title: "Atto di matrimonio dei genitori", description: "Il Comune lo trova nei registri.", needed: "ALWAYS", heldBy: { archive: "CIVIL_STATUS", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "L'atto di nascita; il bambino è iscritto in anagrafe e riceve il codice fiscale.", timeLimit: duringVisit, conditions: null,
    costs: [{ code: "registration", title: "Atto di nascita", amount: setting("fee.civil-status-record"), needed: "ALWAYS" }],
    needs: ["ANPR"], appointment: { bookable: true, durationMinutes: 30 },
  },
  {
    ...shared, ...inPerson, slug: "pubblicazioni-matrimonio", title: "Pubblicazioni di matrimonio", topics: ["matrimonio", "famiglia"],
    summary: "Chiedi le pubblicazioni per il matrimonio civile o religioso.",
    audience: "Le coppie di cui almeno una persona risiede a Cuneo.",
    howTo: "Prenota un appuntamento: l'ufficio raccoglie i documenti dagli altri Comuni e poi vi chiama per firmare il verbale.",
    situations: [foreignSituation, delegateSituation, { key: "religious", question: "Vi sposate con rito religioso?" }],
    whatYouNeed: [
      identityDocumentAtCounter, delegation, birthRecord, noImpediment,
      { code: "parish-request", title: "Richiesta del parroco o del ministro di culto", description: null, needed: { when: "religious" }, heldBy: null, form: "ORIGINAL" },
    ],
    whatYouGet: "Il certificato di eseguite pubblicazioni, con cui potete sposarvi.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "stamp-duty", title: "Imposta di bollo sulle pubblicazioni", amount: setting("duty.marriage-banns"), needed: "ALWAYS" }],
    needs: ["ANPR", "PAGOPA"], appointment: { bookable: true, durationMinutes: 45 },
  },
  {
    ...shared, ...inPerson, slug: "matrimonio-civile", title: "Celebrazione del matrimonio civile", topics: ["matrimonio"],
    summary: "Prenota la data e la sala per la celebrazione del matrimonio civile.",
    audience: "Le coppie con le pubblicazioni già fatte, anche se non risiedono a Cuneo.",
    howTo: "Scegli con l'ufficio giorno, ora e sala. Le tariffe cambiano secondo la sala e la residenza.",
    situations: [{ key: "non-resident-couple", question: "Nessuno di voi due risiede a Cuneo?" }],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "delegated-celebration", title: "Delega del Comune che ha fatto le pubblicazioni", description: null, needed: { when: "non-resident-couple" }, heldBy: null, form: "ORIGINAL" },
      { code: "witnesses", title: "Copia dei documenti dei testimoni", description: null, needed: "ALWAYS", heldBy: null, form: "COPY" },
    ],
    whatYouGet: "La celebrazione nel giorno scelto e la registrazione dell'atto.", timeLimit: generalTerm, conditions: null,
    costs: [
      { code: "hall", title: "Uso della sala", amount: setting("fee.wedding-hall"), needed: { unless: "non-resident-couple" } },
      { code: "hall-non-residents", title: "Uso della sala, coppie non residenti", amount: setting("fee.wedding-hall-non-residents"), needed: { when: "non-resident-couple" } },
    ],
    needs: ["PAGOPA"], appointment: { bookable: true, durationMinutes: 30 },
  },
  {
    ...shared, ...inPerson, slug: "unione-civile", title: "Unione civile", topics: ["matrimonio", "famiglia"],
    summary: "Costituisci un'unione civile davanti all'ufficiale di stato civile.",
    audience: "Due persone maggiorenni dello stesso sesso.",
    howTo: "Prenota un appuntamento per la richiesta; dopo le verifiche l'ufficio fissa con voi la data della costituzione.",
    situations: [foreignSituation],
    whatYouNeed: [identityDocumentAtCounter, birthRecord, { ...noImpediment, title: "Nulla osta all'unione civile" }],
    whatYouGet: "L'atto di unione civile, iscritto nei registri.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "stamp-duty", title: "Imposta di bollo sulla richiesta", amount: setting("duty.civil-union"), needed: "ALWAYS" }],
    needs: ["ANPR", "PAGOPA"], appointment: { bookable: true, durationMinutes: 45 },
  },
  {
    ...shared, ...inPerson, slug: "separazione-divorzio-in-comune", title: "Separazione e divorzio in Comune", topics: ["famiglia"],
    summary: "Separati o divorzia di comune accordo davanti all'ufficiale di stato civile.",
    audience: "I coniugi d'accordo tra loro che si sono sposati o risiedono a Cuneo.",
    howTo: "Prenotate un appuntamento. Venite insieme, anche con un avvocato se lo desiderate; tornate una seconda volta per confermare.",
    situations: [],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "joint-declaration", title: "Dichiarazione di entrambi", description: "Sul modulo dell'ufficio.", needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
      { code: "marriage-record", title: "Atto di matrimonio", description: "Il Comune lo trova o lo chiede d'ufficio.", needed: "ALWAYS", heldBy: { archive: "CIVIL_STATUS", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "L'accordo di separazione o di divorzio, iscritto nei registri.", timeLimit: generalTerm,
    conditions: "L'ufficio verifica con voi se la legge lo permette nel vostro caso, per esempio quando ci sono figli.",
    costs: [{ code: "fixed-fee", title: "Diritto fisso", amount: setting("fee.separation"), needed: "ALWAYS" }],
    needs: ["ANPR", "PAGOPA"], appointment: { bookable: true, durationMinutes: 45 },
  },
  {
    ...shared, slug: "certificati-estratti-stato-civile", title: "Certificati ed estratti di stato civile", topics: ["nascita", "matrimonio", "morte"],
    summary: "Chiedi il certificato o l'estratto di un atto di nascita, matrimonio, unione civile o morte.",
    audience: "La persona a cui l'atto si riferisce e chi ne ha un interesse.",
    howTo: "Compila la domanda online indicando l'atto che ti serve, oppure prenota un appuntamento.",
    situations: [onlineSituation, delegateSituation],
    whatYouNeed: [{ ...identityDocumentAtCounter, needed: { unless: "online" } }, delegation],
    whatYouGet: "Il certificato o l'estratto dell'atto.", timeLimit: generalTerm,
    conditions: "A una pubblica amministrazione basta la tua dichiarazione sostitutiva (D.P.R. 445/2000, art. 40).",
    costs: [{ code: "certificate", title: "Certificato o estratto", amount: { kind: "FREE", source: freeActs }, needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 10 }, laws: ["D.P.R. 445/2000, art. 40"],
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["record", "kind", "eventOn", "person"],
        properties: {
          record: { type: "string", title: "Atto", oneOf: [{ const: "BIRTH", title: "Nascita" }, { const: "MARRIAGE", title: "Matrimonio" }, { const: "CIVIL_UNION", title: "Unione civile" }, { const: "DEATH", title: "Morte" }] },
          kind: { type: "string", title: "Che cosa ti serve", oneOf: [{ const: "CERTIFICATE", title: "Certificato" }, { const: "EXTRACT", title: "Estratto" }, { const: "FULL_COPY", title: "Copia integrale" }, { const: "MULTILINGUAL", title: "Estratto plurilingue" }] },
          eventOn: { type: "string", format: "date", title: "Data dell'evento" },
          person: { type: "string", title: "Nome e cognome della persona", minLength: 3, maxLength: 120 },
        },
      },
    },
  },
  {
    ...shared, ...inPerson, slug: "giuramento-cittadinanza", title: "Giuramento per la cittadinanza italiana", topics: ["immigrazione"],
    summary: "Prenota il giuramento dopo aver ricevuto il decreto di cittadinanza.",
    audience: "Chi ha ricevuto il decreto di concessione della cittadinanza e risiede a Cuneo.",
    howTo: "Prenota un appuntamento appena ricevi la notifica del decreto: l'ufficio fissa con te il giorno del giuramento.",
    situations: [foreignSituation],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "citizenship-decree", title: "Decreto di concessione notificato", description: null, needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
      { code: "foreign-birth-record", title: "Atto di nascita tradotto e legalizzato", description: "Quello presentato con la domanda di cittadinanza.", needed: { when: "non-eu-citizen" }, heldBy: null, form: "ORIGINAL" },
      { code: "residence", title: "Residenza a Cuneo", description: "Il Comune la legge nell'anagrafe nazionale.", needed: "ALWAYS", heldBy: { archive: "ANPR", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "Il giuramento e la trascrizione: sei cittadino italiano.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "record", title: "Verbale di giuramento", amount: setting("fee.civil-status-record"), needed: "ALWAYS" }],
    needs: ["ANPR"], appointment: { bookable: true, durationMinutes: 30 },
  },
  {
    ...shared, ...inPerson, slug: "disposizioni-anticipate-di-trattamento", title: "Disposizioni anticipate di trattamento (DAT)", topics: ["famiglia"],
    summary: "Deposita le tue scelte sulle cure che vuoi o non vuoi ricevere in futuro.",
    audience: "Chi è maggiorenne, capace di intendere e di volere e risiede a Cuneo.",
    howTo: "Prenota un appuntamento e consegna di persona il documento scritto e firmato da te. L'ufficio non ti aiuta a scriverlo.",
    situations: [{ key: "trustee", question: "Hai scelto una persona di fiducia (fiduciario)?" }],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "care-instructions", title: "Le disposizioni scritte e firmate", description: null, needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
      { code: "trustee-acceptance", title: "Accettazione del fiduciario e copia del suo documento", description: null, needed: { when: "trustee" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "La ricevuta del deposito.", timeLimit: duringVisit, conditions: null,
    costs: [{ code: "deposit", title: "Deposito", amount: setting("fee.care-instructions"), needed: "ALWAYS" }],
    needs: ["ANPR"], appointment: { bookable: true, durationMinutes: 30 },
  },
];
