import { delegateSituation, delegation, generalTerm, householdHeld, identityDocument, identityDocumentAtCounter, onlineSituation, residenceHeld, setting, type OfficePart } from "./common.ts";
import type { RequiredDocument, ServiceSheet } from "./types.ts";

const shared: OfficePart = {
  category: "mobilita-e-trasporti", status: "ACTIVE", statusReason: null, offices: ["polizia-locale", "sportello-unico"], contact: "polizia-locale", laws: [],
};

const registrationDocument: RequiredDocument = {
  code: "vehicle-registration", title: "Carta di circolazione di ogni veicolo", form: "COPY", needed: "ALWAYS", heldBy: null,
  description: "O documento unico di circolazione: si devono leggere targa e intestatario.",
};

const rightToVehicle: RequiredDocument = {
  code: "right-to-vehicle", title: "Titolo d'uso del veicolo", form: "COPY", needed: { when: "vehicle-not-owned" }, heldBy: null,
  description: "Leasing, noleggio, comodato, usufrutto o dichiarazione dell'azienda, se il veicolo non è intestato a te o alla tua famiglia.",
};

const previousPermit: RequiredDocument = {
  code: "previous-permit", title: "Permesso precedente", form: "ORIGINAL", needed: { when: "renewal" }, heldBy: null,
  description: "Da riconsegnare quando ritiri quello nuovo.",
};

const renewal = { key: "renewal", question: "Rinnovi un permesso che hai già?" };
const notOwned = { key: "vehicle-not-owned", question: "Il veicolo è intestato a una persona o società fuori dalla tua famiglia?" };
const ordinance = "Ordinanza n. 600 della Polizia Municipale di Cuneo";

/** Services of the local police: limited traffic zone, permits for disabled persons, public ground, accident reports. */
export const localPoliceServices: readonly ServiceSheet[] = [
  {
    ...shared, slug: "permesso-ztl-residenti", title: "Permesso ZTL per residenti", topics: ["ztl", "parcheggi", "traffico-urbano"],
    summary: "Chiedi o rinnova il permesso per transitare e sostare nella zona a traffico limitato in cui abiti.",
    audience: "Chi risiede nella zona a traffico limitato o nel centro storico di Cuneo. Un solo permesso per famiglia, con al massimo due targhe.",
    howTo: "Entra con SPID o CIE: residenza e famiglia sono già lette dall'anagrafe. Aggiungi le targhe e le carte di circolazione, paga se dovuto e invia. Quando il permesso è pronto ricevi un messaggio con il giorno del ritiro. In alternativa vieni allo sportello.",
    situations: [onlineSituation, renewal, notOwned, delegateSituation],
    whatYouNeed: [identityDocument, registrationDocument, rightToVehicle, previousPermit, delegation, residenceHeld, householdHeld],
    whatYouGet: "Il permesso da esporre sul cruscotto, tutto visibile: altrimenti chi controlla non può sapere se è in sosta anche il secondo veicolo.",
    timeLimit: generalTerm,
    conditions: "Un permesso per nucleo familiare e fino a due targhe; può sostare un veicolo alla volta. Anche ciclomotori e motocicli devono essere autorizzati.",
    costs: [{ code: "permit", title: "Rilascio del permesso", amount: setting("fee.ztl-resident-permit"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT", "OPEN_ACCESS"], needs: ["ANPR", "PAGOPA", "SPID"], assurance: "L2",
    appointment: { bookable: true, durationMinutes: 15 }, application: { kind: "ZTL_PERMIT" }, laws: [ordinance],
  },
  {
    ...shared, slug: "permesso-ztl-altre-categorie", title: "Permesso ZTL per altre categorie", topics: ["ztl", "traffico-urbano"],
    summary: "Chiedi il permesso di transito nella ZTL se non vi risiedi ma ne hai bisogno.",
    audience: "Chi vi dimora, i proprietari di immobili, chi usa un'autorimessa, le imprese, i commercianti ambulanti.",
    howTo: "Entra con SPID o CIE, scegli la categoria, indica le targhe e allega i documenti che provano il bisogno.",
    situations: [onlineSituation, renewal, notOwned, delegateSituation, { key: "garage", question: "Chiedi il permesso perché usi un'autorimessa nella zona?" }, { key: "firm", question: "Chiedi il permesso per un'impresa?" }],
    whatYouNeed: [
      identityDocument, registrationDocument, rightToVehicle, previousPermit, delegation,
      { code: "garage-title", title: "Titolo dell'autorimessa o del posto auto", description: "Atto di proprietà o contratto.", needed: { when: "garage" }, heldBy: null, form: "COPY" },
      { code: "firm-activity", title: "Descrizione dell'attività nella zona", description: "Sede, clienti o cantieri da raggiungere.", needed: { when: "firm" }, heldBy: null, form: "EITHER" },
    ],
    whatYouGet: "Il permesso di transito. La sosta è riservata ai residenti.", timeLimit: generalTerm, conditions: "Il permesso vale solo per il transito.",
    costs: [{ code: "permit", title: "Rilascio del permesso", amount: setting("fee.ztl-other-permit"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["ANPR", "PAGOPA", "SPID"], assurance: "L2",
    appointment: { bookable: true, durationMinutes: 20 }, application: { kind: "ZTL_PERMIT" }, laws: [ordinance],
  },
  {
    ...shared, slug: "autorizzazione-ztl-successiva", title: "Autorizzazione ZTL dopo il passaggio", topics: ["ztl"],
    summary: "Segnala un passaggio già avvenuto nella ZTL per manutenzioni, visite mediche, assistenza a domicilio o consegne.",
    audience: "Manutentori, medici in visita, associazioni di assistenza domiciliare, chi consegna merci.",
    howTo: "Compila il modulo online entro 120 ore dal passaggio, con targa, giorno, ora e motivo.",
    situations: [],
    whatYouNeed: [{ code: "passage-reason", title: "Prova del motivo del passaggio", description: "Ordine di intervento, bolla di consegna o dichiarazione.", needed: "ALWAYS", heldBy: null, form: "COPY" }],
    whatYouGet: "La registrazione della targa per quel passaggio, se il motivo è tra quelli ammessi.",
    timeLimit: { maxDays: null, text: "La comunicazione si invia entro 120 ore dal passaggio.", source: "comune.cuneo.it, 27 settembre 2016" },
    conditions: "Dopo 120 ore il passaggio non può più essere autorizzato.",
    costs: [{ code: "registration", title: "Registrazione del passaggio", amount: setting("fee.ztl-late-authorisation"), needed: "ALWAYS" }],
    access: ["ONLINE"], needs: ["SPID"], assurance: "L2", appointment: { bookable: false, durationMinutes: 10 }, laws: [ordinance],
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["plate", "passedAt", "reason", "street"],
        properties: {
          plate: { type: "string", title: "Targa", minLength: 2, maxLength: 12 },
          passedAt: { type: "string", format: "date-time", title: "Giorno e ora del passaggio" },
          street: { type: "string", title: "Via raggiunta", minLength: 3, maxLength: 100 },
          reason: { type: "string", title: "Motivo", oneOf: [{ const: "MAINTENANCE", title: "Manutenzione" }, { const: "DOCTOR", title: "Visita medica" }, { const: "HOME_CARE", title: "Assistenza a domicilio" }, { const: "DELIVERY", title: "Consegna" }] },
        },
      },
    },
  },
  {
    ...shared, slug: "contrassegno-disabili", title: "Contrassegno di parcheggio per persone con disabilità (CUDE)", topics: ["disabilita", "parcheggi"],
    offices: ["sportello-unico"], contact: "sportello-unico",
    summary: "Chiedi o rinnova il contrassegno europeo per la sosta e la circolazione delle persone con disabilità.",
    audience: "Le persone con capacità di deambulazione ridotta o cieche che risiedono a Cuneo.",
    howTo: "Fai la domanda online o con appuntamento. Chi non può muoversi può delegare una persona di fiducia.",
    situations: [onlineSituation, delegateSituation, renewal, { key: "temporary", question: "La disabilità è temporanea?" }],
    whatYouNeed: [
      identityDocument, delegation, residenceHeld,
      { code: "medical-certificate", title: "Certificazione sanitaria", description: "Del medico legale dell'azienda sanitaria, oppure il verbale che attesta il diritto al contrassegno.", needed: { unless: "renewal" }, heldBy: null, form: "COPY" },
      { code: "doctor-confirmation", title: "Certificato del medico curante", description: "Conferma che le condizioni non sono cambiate.", needed: { when: "renewal" }, heldBy: null, form: "ORIGINAL" },
      { code: "photograph", title: "Una fototessera recente", description: null, needed: "ALWAYS", heldBy: null, form: "ORIGINAL" },
      { ...previousPermit, title: "Contrassegno precedente" },
    ],
    whatYouGet: "Il contrassegno, valido in tutta l'Unione europea.", timeLimit: generalTerm,
    conditions: "Il contrassegno è personale e vale solo quando la persona è a bordo. Sulla piattaforma nazionale, nei Comuni che vi aderiscono, si registra una targa attiva e una facoltativa.",
    costs: [{ code: "stamp-duty", title: "Imposta di bollo, per il contrassegno temporaneo", amount: setting("duty.disabled-parking-temporary"), needed: { when: "temporary" } }, { code: "permit", title: "Rilascio del contrassegno", amount: setting("fee.disabled-parking"), needed: { unless: "temporary" } }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["ANPR", "PAGOPA", "SPID"], assurance: "L2",
    appointment: { bookable: true, durationMinutes: 20 }, application: { kind: "NONE" }, laws: ["D.M. 5 luglio 2021 (piattaforma unica nazionale CUDE)"],
  },
  {
    ...shared, category: "autorizzazioni", slug: "occupazione-suolo-pubblico", title: "Occupazione temporanea di suolo pubblico", topics: ["suolo-pubblico", "traffico-urbano"],
    offices: ["polizia-locale"],
    summary: "Chiedi di occupare per poco tempo una strada o una piazza: trasloco, ponteggio, banchetto.",
    audience: "Privati, imprese e associazioni.",
    howTo: "Compila il modulo online con luogo, giorni e metri quadrati, e allega una planimetria semplice.",
    situations: [onlineSituation, { key: "road-closed", question: "Serve chiudere la strada al traffico?" }],
    whatYouNeed: [
      identityDocument,
      { code: "site-plan", title: "Planimetria del luogo", description: "Con le misure dell'area occupata.", needed: "ALWAYS", heldBy: null, form: "COPY" },
      { code: "traffic-plan", title: "Proposta di segnaletica e deviazioni", description: null, needed: { when: "road-closed" }, heldBy: null, form: "COPY" },
    ],
    whatYouGet: "L'autorizzazione e, se serve, l'ordinanza di modifica del traffico.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "stamp-duty", title: "Imposta di bollo su domanda e autorizzazione", amount: setting("duty.public-ground"), needed: "ALWAYS" }, { code: "rent", title: "Canone di occupazione", amount: setting("fee.public-ground"), needed: "ALWAYS" }],
    access: ["ONLINE", "APPOINTMENT"], needs: ["PAGOPA", "SPID"], assurance: "L2", appointment: { bookable: true, durationMinutes: 20 },
    application: {
      kind: "GENERIC",
      form: {
        type: "object", additionalProperties: false, required: ["place", "from", "to", "squareMetres", "reason"],
        properties: {
          place: { type: "string", title: "Via o piazza e numero", minLength: 3, maxLength: 120 },
          from: { type: "string", format: "date-time", title: "Dal" },
          to: { type: "string", format: "date-time", title: "Al" },
          squareMetres: { type: "number", title: "Metri quadrati", exclusiveMinimum: 0, maximum: 5_000 },
          reason: { type: "string", title: "Motivo", oneOf: [{ const: "REMOVAL", title: "Trasloco" }, { const: "BUILDING_SITE", title: "Cantiere o ponteggio" }, { const: "STAND", title: "Banchetto o iniziativa" }, { const: "OTHER", title: "Altro" }] },
          closesRoad: { type: "boolean", title: "Serve chiudere la strada" },
        },
      },
    },
  },
  {
    ...shared, category: "giustizia-e-sicurezza-pubblica", slug: "rapporto-incidente-stradale", title: "Copia del rapporto di incidente stradale", topics: ["polizia", "traffico-urbano"],
    offices: ["polizia-locale"],
    summary: "Chiedi la copia degli atti di un incidente rilevato dalla Polizia locale.",
    audience: "Le persone coinvolte, i loro avvocati e le loro assicurazioni.",
    howTo: "Indica data e luogo dell'incidente. L'ufficio ti avvisa quando la copia è disponibile e quanto costa.",
    situations: [delegateSituation],
    whatYouNeed: [
      identityDocumentAtCounter, delegation,
      { code: "accident-report", title: "Rapporto dell'incidente", description: "È negli archivi della Polizia locale.", needed: "ALWAYS", heldBy: { archive: "LOCAL_POLICE", unless: null }, form: "EITHER" },
    ],
    whatYouGet: "La copia del rapporto.", timeLimit: generalTerm, conditions: null,
    costs: [{ code: "copies", title: "Diritti di copia", amount: setting("fee.accident-report"), needed: "ALWAYS" }],
    access: ["APPOINTMENT", "OPEN_ACCESS"], needs: ["PAGOPA"], assurance: null, appointment: { bookable: true, durationMinutes: 15 }, application: { kind: "NONE" },
  },
];
