import {
  delegateSituation, delegation, duringVisit, exemptSituation, foreignSituation, fromAbroadSituation, generalTerm, householdHeld, identityDocument,
  identityDocumentAtCounter, minorSituation, notForAdministrations, onlineSituation, registryDutySource, residenceHeld, residencePermit, setting, stampDuty,
  type OfficePart,
} from "./common.ts";
import type { CostItem, ServiceSheet } from "./types.ts";

const certificateCosts: CostItem[] = [
  { code: "stamp-duty", title: "Imposta di bollo, per foglio", amount: stampDuty(registryDutySource), needed: { unless: "exempt-from-duty" } },
  { code: "secretarial-fee", title: "Diritti di segreteria", amount: setting("fee.secretarial-with-duty"), needed: { unless: "exempt-from-duty" } },
  { code: "secretarial-fee-exempt", title: "Diritti di segreteria per i certificati esenti", amount: setting("fee.secretarial-exempt"), needed: { when: "exempt-from-duty" } },
];

const shared: OfficePart = {
  category: "anagrafe-e-stato-civile", status: "ACTIVE", statusReason: null, offices: ["sportello-unico"], contact: "sportello-unico", laws: [],
};

const certificate: Omit<ServiceSheet, "slug" | "title" | "topics" | "summary" | "audience" | "howTo" | "whatYouNeed" | "whatYouGet"> = {
  ...shared, timeLimit: duringVisit, costs: certificateCosts, access: ["ONLINE", "APPOINTMENT"],
  situations: [onlineSituation, delegateSituation, exemptSituation], needs: ["ANPR", "PAGOPA", "SPID"], assurance: "L2",
  conditions: notForAdministrations, appointment: { bookable: true, durationMinutes: 15 }, application: { kind: "NONE" },
  laws: ["D.P.R. 445/2000, art. 40", "D.P.R. 445/2000, art. 41"],
};

/** Services of the residents' registry on certificates and identity. Moves of residence are in `./residence.ts`. */
export const registryServices: readonly ServiceSheet[] = [
  {
    ...shared, slug: "carta-identita-elettronica", title: "Carta d'identità elettronica", topics: ["identita", "servizi-digitali"],
    summary: "Chiedi il primo rilascio o il rinnovo della carta d'identità elettronica (CIE).",
    audience: "Chi risiede a Cuneo, di ogni età. Chi risiede in un altro Comune può chiederla se il suo Comune dà il nulla osta.",
    howTo: "Prenota un appuntamento oppure vieni nelle giornate ad accesso libero. Porta i documenti indicati nella lista: la foto e le impronte si raccolgono allo sportello.",
    situations: [minorSituation, { key: "lost", question: "La carta precedente è stata smarrita o rubata?" }, foreignSituation],
    whatYouNeed: [
      { code: "previous-card", title: "Carta d'identità precedente", description: "Anche scaduta: viene ritirata.", needed: { unless: "lost" }, heldBy: null, form: "ORIGINAL" },
      { code: "loss-report", title: "Denuncia di smarrimento o furto", description: "Fatta ai Carabinieri o alla Polizia.", needed: { when: "lost" }, heldBy: null, form: "ORIGINAL" },
      { code: "photograph", title: "Una fototessera recente", description: "Sfondo chiaro, formato per documenti.", needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
      { code: "parents-consent", title: "Assenso dei genitori", description: "Entrambi i genitori presenti, oppure l'assenso firmato di chi manca con copia del suo documento.", needed: { when: "minor" }, heldBy: null, form: "EITHER" },
      residencePermit, residenceHeld,
    ],
    whatYouGet: "La carta d'identità elettronica, valida come documento e come accesso ai servizi online.",
    timeLimit: generalTerm, conditions: null, access: ["APPOINTMENT", "OPEN_ACCESS"], needs: ["ANPR", "PAGOPA"], assurance: null,
    costs: [{ code: "issue-fee", title: "Corrispettivo e diritti per il rilascio", amount: setting("fee.identity-card"), needed: "ALWAYS" }],
    appointment: { bookable: true, durationMinutes: 20 }, application: { kind: "NONE" },
  },
  {
    ...certificate, slug: "certificato-residenza", title: "Certificato di residenza", topics: ["residenza"],
    summary: "Ottieni il certificato che attesta dove risiedi, per te o per un familiare.",
    audience: "Chi è iscritto nell'anagrafe nazionale della popolazione residente.",
    howTo: "Entra con SPID o CIE e scarica il certificato, oppure prenota un appuntamento allo sportello.",
    whatYouNeed: [identityDocument, delegation, residenceHeld],
    whatYouGet: "Il certificato di residenza, valido sei mesi, con un codice che chiunque può verificare.",
  },
  {
    ...certificate, slug: "certificato-stato-di-famiglia", title: "Certificato di stato di famiglia", topics: ["famiglia"],
    summary: "Ottieni il certificato con le persone che compongono la tua famiglia anagrafica.",
    audience: "Chi è iscritto nell'anagrafe nazionale della popolazione residente.",
    howTo: "Entra con SPID o CIE e scarica il certificato, oppure prenota un appuntamento allo sportello.",
    whatYouNeed: [identityDocument, delegation, householdHeld],
    whatYouGet: "Il certificato di stato di famiglia, valido sei mesi, anche con i rapporti di parentela.",
  },
  {
    ...certificate, slug: "certificati-storici", title: "Certificati anagrafici storici", topics: ["residenza", "famiglia"],
    summary: "Chiedi un certificato su una situazione passata: residenza o famiglia a una certa data.",
    audience: "Chi è o è stato iscritto nell'anagrafe di Cuneo, e chi ne ha un interesse.",
    howTo: "Compila la domanda online indicando la persona e il periodo, oppure prenota un appuntamento. L'ufficio cerca negli archivi e ti avvisa quando il certificato è pronto.",
    whatYouNeed: [identityDocument, delegation],
    whatYouGet: "Il certificato storico richiesto. Ogni certificato storico si rilascia da solo.",
    timeLimit: generalTerm,
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["kind", "onDate", "reason"],
        properties: {
          kind: { type: "string", title: "Certificato richiesto", oneOf: [{ const: "RESIDENCE_HISTORY", title: "Storico di residenza" }, { const: "FAMILY_HISTORY", title: "Stato di famiglia a una data" }] },
          onDate: { type: "string", format: "date", title: "Data a cui si riferisce" },
          reason: { type: "string", title: "Motivo della richiesta", minLength: 3, maxLength: 600 },
        },
      },
    },
  },
  {
    ...shared, slug: "autentica-firme-e-copie", title: "Autentica di firme, copie e foto", topics: ["identita"],
    summary: "Fai autenticare la tua firma, la copia di un documento o una fotografia.",
    audience: "Chiunque, anche se non risiede a Cuneo.",
    howTo: "Prenota un appuntamento. La firma si mette davanti all'impiegato: non firmare prima.",
    situations: [exemptSituation, { key: "copy", question: "Devi autenticare la copia di un documento?" }, { key: "photo", question: "Devi autenticare una fotografia?" }],
    whatYouNeed: [
      identityDocumentAtCounter,
      { code: "original-document", title: "Documento originale e la sua copia", description: null, needed: { when: "copy" }, heldBy: null, form: "ORIGINAL" },
      { code: "photograph", title: "La fotografia da autenticare", description: null, needed: { when: "photo" }, heldBy: null, form: "ORIGINAL" },
    ],
    whatYouGet: "Il documento con l'autentica.", timeLimit: duringVisit, conditions: null,
    costs: [
      { code: "stamp-duty", title: "Imposta di bollo, quando è dovuta", amount: setting("duty.authentication"), needed: { unless: "exempt-from-duty" } },
      { code: "secretarial-fee", title: "Diritti di segreteria", amount: setting("fee.secretarial-with-duty"), needed: { unless: "exempt-from-duty" } },
    ],
    access: ["APPOINTMENT"], needs: ["PAGOPA"], assurance: null, appointment: { bookable: true, durationMinutes: 15 }, application: { kind: "NONE" },
  },
  {
    ...shared, slug: "tessera-elettorale", title: "Tessera elettorale: duplicato o rinnovo", topics: ["elezioni"],
    summary: "Chiedi una nuova tessera elettorale se l'hai persa, si è rovinata o non ha più spazi per i timbri.",
    audience: "Chi è iscritto nelle liste elettorali di Cuneo.",
    howTo: "Vieni allo sportello nelle ore ad accesso libero oppure prenota. Vicino alle elezioni l'ufficio apre più a lungo.",
    situations: [delegateSituation, { key: "lost", question: "La tessera è stata smarrita o rubata?" }],
    whatYouNeed: [
      identityDocumentAtCounter, delegation,
      { code: "previous-voter-card", title: "Tessera elettorale precedente", description: "Da restituire.", needed: { unless: "lost" }, heldBy: null, form: "ORIGINAL" },
      { code: "voter-roll", title: "Iscrizione nelle liste elettorali", description: "Il Comune la conosce già.", needed: "ALWAYS", heldBy: { archive: "ANPR", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "La nuova tessera elettorale.", timeLimit: duringVisit, conditions: null,
    costs: [{ code: "issue-fee", title: "Rilascio della tessera", amount: setting("fee.voter-card"), needed: "ALWAYS" }],
    access: ["OPEN_ACCESS", "APPOINTMENT"], needs: ["ANPR"], assurance: null, appointment: { bookable: true, durationMinutes: 10 }, application: { kind: "NONE" },
  },
  {
    ...shared, slug: "convivenza-di-fatto", title: "Dichiarazione di convivenza di fatto", topics: ["famiglia"],
    summary: "Fai registrare all'anagrafe la vostra convivenza di fatto.",
    audience: "Due persone maggiorenni che abitano insieme a Cuneo e risultano nello stesso stato di famiglia.",
    howTo: "Compilate e firmate la dichiarazione insieme, online o allo sportello con appuntamento.",
    situations: [onlineSituation, fromAbroadSituation],
    whatYouNeed: [
      identityDocument,
      { code: "declaration", title: "Dichiarazione firmata da entrambi", description: "Sul modulo del Comune.", needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
      { code: "civil-status", title: "Stato civile di entrambi", description: "Il Comune lo legge nell'anagrafe nazionale; chi arriva dall'estero porta l'attestazione del suo Paese.", needed: "ALWAYS", heldBy: { archive: "ANPR", unless: "from-abroad" }, form: "ORIGINAL" },
      householdHeld,
    ],
    whatYouGet: "La registrazione della convivenza, che risulta nei certificati.", timeLimit: generalTerm,
    conditions: "Non dovete essere sposati, uniti civilmente o parenti tra voi.",
    costs: [{ code: "registration", title: "Registrazione", amount: setting("fee.cohabitation"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["ANPR", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 }, application: { kind: "NONE" },
  },
];
