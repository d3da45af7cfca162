import { delegation, delegateSituation, generalTerm, householdHeld, identityDocument, onlineSituation, setting, type OfficePart } from "./common.ts";
import type { ServiceSheet } from "./types.ts";

const shared: OfficePart = {
  category: "catasto-e-urbanistica", status: "ACTIVE", statusReason: null, offices: ["edilizia"], contact: "edilizia", laws: [],
};

const cuneoSheet = "comune.cuneo.it, URP, pagina «Idoneità abitativa»";

/** Services on dwellings, building archives and planning. */
export const buildingServices: readonly ServiceSheet[] = [
  {
    ...shared, slug: "idoneita-abitativa", title: "Attestazione di idoneità abitativa", topics: ["abitazione", "immigrazione"],
    offices: ["sportello-unico", "edilizia"], contact: "sportello-unico",
    summary: "Chiedi l'attestazione di conformità tecnica dell'alloggio, con il numero massimo di persone che può ospitare.",
    audience: "Chi ne ha bisogno per il ricongiungimento familiare, la carta di soggiorno o i flussi di lavoro.",
    howTo: "La pratica è presentata online da un professionista iscritto all'albo (geometra, ingegnere o architetto), che misura l'alloggio. L'attestazione firmata arriva alla sua PEC.",
    situations: [
      { key: "renewal", question: "Rinnovi un'attestazione ancora valida?" },
      { key: "new-name", question: "Chiedi un nuovo nominativo per un alloggio già attestato?" },
      { key: "family-reunification", question: "Serve per il ricongiungimento familiare?" },
    ],
    whatYouNeed: [
      { code: "floor-plan", title: "Planimetria timbrata dal professionista", description: "Con le superfici di ogni locale e le altezze.", needed: { unless: "renewal" }, heldBy: null, form: "COPY" },
      { code: "previous-certificate", title: "Copia dell'attestazione precedente", description: null, needed: { when: "new-name" }, heldBy: null, form: "COPY" },
      { code: "title-to-dwelling", title: "Contratto di affitto registrato o altro titolo", description: "Affitto, usufrutto, comodato o ospitalità.", needed: "ALWAYS", heldBy: null, form: "COPY" },
      { code: "signers-identity", title: "Documenti di identità di chi firma", description: null, needed: "ALWAYS", heldBy: null, form: "COPY" },
      { code: "professional-delegation", title: "Delega al professionista", description: null, needed: "ALWAYS", heldBy: null, form: "EITHER" },
      householdHeld,
      { code: "fee-receipt", title: "Ricevuta dei diritti di segreteria", description: "Se paghi con pagoPA dalla pratica, la ricevuta è già unita.", needed: "ALWAYS", heldBy: null, form: "COPY" },
    ],
    whatYouGet: "L'attestazione firmata digitalmente, con il numero massimo di persone. Vale tre anni per il ricongiungimento familiare e sei mesi negli altri casi.",
    timeLimit: generalTerm, conditions: "Non serve per la richiesta di cittadinanza.",
    costs: [
      { code: "stamp-duty-request", title: "Imposta di bollo sulla domanda", amount: { kind: "FIXED", cents: 1_600, source: cuneoSheet }, needed: "ALWAYS" },
      { code: "stamp-duty-certificate", title: "Imposta di bollo sull'attestazione", amount: { kind: "FIXED", cents: 1_600, source: cuneoSheet }, needed: "ALWAYS" },
      { code: "secretarial-fee", title: "Diritti di segreteria", amount: { kind: "FIXED", cents: 1_200, source: cuneoSheet }, needed: "ALWAYS" },
    ],
    access: ["ONLINE"], needs: ["ANPR", "PAGOPA", "SPID"], assurance: "L2", appointment: { bookable: false, durationMinutes: 30 },
    laws: ["D.M. 5 luglio 1975", "D.Lgs. 286/1998", "D.P.R. 394/1999"],
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["street", "number", "floor", "purpose", "title", "professionalRegister", "professionalNumber"],
        properties: {
          street: { type: "string", title: "Via o piazza dell'alloggio", minLength: 3, maxLength: 100 },
          number: { type: "string", title: "Numero civico", maxLength: 10 },
          floor: { type: "string", title: "Piano", maxLength: 10 },
          unit: { type: "string", title: "Scala e interno", maxLength: 30 },
          hamlet: { type: "string", title: "Frazione", maxLength: 60 },
          purpose: { type: "string", title: "A che cosa serve", oneOf: [{ const: "FAMILY_REUNIFICATION", title: "Ricongiungimento familiare" }, { const: "OTHER", title: "Carta di soggiorno, lavoro o altro" }] },
          title: { type: "string", title: "A che titolo usi l'alloggio", oneOf: [{ const: "TENANT", title: "Affitto" }, { const: "USUFRUCT", title: "Usufrutto" }, { const: "FREE_LOAN", title: "Comodato" }, { const: "GUEST", title: "Ospitalità" }, { const: "OWNER", title: "Proprietà" }] },
          professionalRegister: { type: "string", title: "Albo del professionista", oneOf: [{ const: "SURVEYOR", title: "Geometri" }, { const: "ENGINEER", title: "Ingegneri" }, { const: "ARCHITECT", title: "Architetti" }] },
          professionalNumber: { type: "string", title: "Numero di iscrizione all'albo", maxLength: 20 },
        },
      },
    },
  },
  {
    ...shared, slug: "accesso-atti-edilizi", title: "Accesso agli atti edilizi", topics: ["urbanizzazione", "accesso-informazione"],
    summary: "Chiedi di vedere o avere copia delle pratiche edilizie di un immobile.",
    audience: "I proprietari, chi ne ha un interesse e i tecnici da loro incaricati.",
    howTo: "Compila la domanda online con i dati dell'immobile. L'ufficio cerca in archivio e ti invia copia digitale o fissa l'appuntamento.",
    situations: [onlineSituation, delegateSituation, { key: "not-owner", question: "L'immobile è di un'altra persona?" }],
    whatYouNeed: [
      identityDocument, delegation,
      { code: "interest", title: "Motivo dell'interesse", description: "Per esempio un preliminare di acquisto o un incarico.", needed: { when: "not-owner" }, heldBy: null, form: "EITHER" },
      { code: "building-file", title: "Pratiche edilizie dell'immobile", description: "Sono negli archivi del Comune.", needed: "ALWAYS", heldBy: { archive: "BUILDING", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "La copia, o la visione, dei documenti trovati.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "search", title: "Diritti di ricerca e copia", amount: setting("fee.building-archive"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["PAGOPA", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 30 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["address", "sheet", "parcel", "reason"],
        properties: {
          address: { type: "string", title: "Indirizzo dell'immobile", minLength: 3, maxLength: 120 },
          sheet: { type: "string", title: "Foglio catastale", pattern: "^[0-9]{1,4}$" },
          parcel: { type: "string", title: "Particella", pattern: "^[0-9]{1,5}$" },
          unit: { type: "string", title: "Subalterno", pattern: "^[0-9]{1,4}$" },
          years: { type: "string", title: "Anni e intestatari delle pratiche, se noti", maxLength: 300 },
          reason: { type: "string", title: "Motivo della richiesta", minLength: 3, maxLength: 600 },
        },
      },
    },
  },
  {
    ...shared, slug: "certificato-destinazione-urbanistica", title: "Certificato di destinazione urbanistica", topics: ["urbanizzazione"],
    summary: "Chiedi il certificato che dice che cosa il piano regolatore prevede per un terreno.",
    audience: "I proprietari del terreno, i notai e i tecnici incaricati.",
    howTo: "Compila la domanda online con i dati catastali e paga con pagoPA.",
    situations: [onlineSituation, delegateSituation, { key: "exempt-from-duty", question: "Il certificato serve per la successione o un altro uso esente dall'imposta di bollo?" }],
    whatYouNeed: [identityDocument, delegation, { code: "cadastral-map", title: "Estratto di mappa catastale", description: null, needed: "ALWAYS", heldBy: null, form: "COPY" }],
    whatYouGet: "Il certificato con la destinazione urbanistica di ogni particella.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "stamp-duty", title: "Imposta di bollo su domanda e certificato", amount: setting("duty.planning-certificate"), needed: { unless: "exempt-from-duty" } }, { code: "secretarial-fee", title: "Diritti di segreteria", amount: setting("fee.planning-certificate"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["PAGOPA", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["sheet", "parcels"],
        properties: {
          sheet: { type: "string", title: "Foglio catastale", pattern: "^[0-9]{1,4}$" },
          parcels: { type: "array", title: "Particelle", items: { type: "string", pattern: "^[0-9]{1,5}$" }, minItems: 1, maxItems: 30 },
          exemptUse: { type: "string", title: "Uso che esenta dal bollo, se c'è", maxLength: 256 },
        },
      },
    },
  },
];
