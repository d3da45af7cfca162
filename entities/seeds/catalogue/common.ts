import type { Amount, RequiredDocument, ServiceSheet, TimeLimit } from "./types.ts";

/*
 * What many sheets share. Situations are the questions that the checklist asks; a document names the situation in which
 * it is needed or spared by its key.
 */

/** What the sheets of one office have in common. */
export type OfficePart = Pick<ServiceSheet, "category" | "status" | "statusReason" | "offices" | "contact" | "laws">;

type Situation = ServiceSheet["situations"][number];

export const onlineSituation: Situation = { key: "online", question: "Fai la richiesta online, con SPID o CIE?" };
export const delegateSituation: Situation = { key: "by-delegate", question: "Fai la richiesta per conto di un'altra persona?" };
export const minorSituation: Situation = { key: "minor", question: "La richiesta riguarda un minorenne?" };
export const foreignSituation: Situation = { key: "non-eu-citizen", question: "La richiesta riguarda un cittadino di un Paese fuori dall'Unione europea?" };
export const fromAbroadSituation: Situation = { key: "from-abroad", question: "Arrivi dall'estero e non sei ancora iscritto in un Comune italiano?" };
export const exemptSituation: Situation = { key: "exempt-from-duty", question: "Il certificato serve per un uso esente dall'imposta di bollo?" };

export const identityDocument: RequiredDocument = {
  code: "identity-document", title: "Documento di identità valido", form: "ORIGINAL", heldBy: null,
  description: "Carta d'identità, passaporto o altro documento equivalente. Online basta l'accesso con SPID o CIE.",
  needed: { unless: "online" },
};

export const identityDocumentAtCounter: RequiredDocument = { ...identityDocument, description: "Carta d'identità, passaporto o altro documento equivalente.", needed: "ALWAYS" };

export const delegation: RequiredDocument = {
  code: "delegation", title: "Delega firmata e copia del documento di chi delega", form: "EITHER", heldBy: null,
  description: "La delega indica chi delega, chi è delegato e per quale pratica.",
  needed: { when: "by-delegate" },
};

export const residencePermit: RequiredDocument = {
  code: "residence-permit", title: "Titolo di soggiorno valido", form: "ORIGINAL", heldBy: null,
  description: "Permesso o carta di soggiorno, oppure la ricevuta della richiesta di rinnovo.",
  needed: { when: "non-eu-citizen" },
};

export const residenceHeld: RequiredDocument = {
  code: "residence", title: "Residenza", form: "EITHER", needed: "ALWAYS",
  description: "Il Comune la legge nell'anagrafe nazionale: non devi portare certificati.",
  heldBy: { archive: "ANPR", unless: null },
};

export const householdHeld: RequiredDocument = {
  code: "household", title: "Stato di famiglia", form: "EITHER", needed: "ALWAYS",
  description: "Il Comune lo legge nell'anagrafe nazionale: non devi portare certificati.",
  heldBy: { archive: "ANPR", unless: null },
};

/** The amount is the administration's to set: the sources at hand do not state it. */
export const setting = (key: string): Amount => ({ kind: "SETTING", key });

/** Stamp duty of a certificate or an application, 16.00 € a sheet. */
export const stampDuty = (source: string): Amount => ({ kind: "FIXED", cents: 1_600, source });

export const registryDutySource = "Imposta di bollo sui certificati anagrafici: 16,00 € per foglio (cori.lt.it, bardonecchia.to.it, filacciano.rm.it)";

/** No known source fixes the days: the administration's default for proceedings applies. */
export const generalTerm: TimeLimit = {
  maxDays: null, source: null,
  text: "Vale il termine generale dei procedimenti del Comune. La data ultima è scritta nella ricevuta della domanda.",
};

export const duringVisit: TimeLimit = { maxDays: null, source: null, text: "Di norma il servizio si conclude durante l'appuntamento." };

export const notForAdministrations =
  "Il certificato non può essere presentato a una pubblica amministrazione né a un gestore di servizi pubblici (D.P.R. 445/2000, art. 40): a loro basta la tua dichiarazione sostitutiva.";
