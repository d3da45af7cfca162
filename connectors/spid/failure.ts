/**
 * Why an identity provider did not let a person in, in our words. The provider says it with a number in the status message
 * (SPID technical rules, table of error messages; CIE uses the same numbers).
 */
export const spidFailures = [
  "TOO_MANY_ATTEMPTS", "LEVEL_NOT_AVAILABLE", "TIMED_OUT", "CONSENT_DENIED", "IDENTITY_SUSPENDED", "CANCELLED", "OTHER_KIND_OF_IDENTITY",
  /** The provider found fault with our request (08–18): not the person's doing, an alarm for us. */
  "REQUEST_REJECTED",
  /** A number that the table does not know, or none. */
  "UNKNOWN",
] as const;

export type SpidFailure = (typeof spidFailures)[number];

const byNumber: Readonly<Record<string, SpidFailure>> = {
  "19": "TOO_MANY_ATTEMPTS", "20": "LEVEL_NOT_AVAILABLE", "21": "TIMED_OUT", "22": "CONSENT_DENIED", "23": "IDENTITY_SUSPENDED",
  "25": "CANCELLED", "30": "OTHER_KIND_OF_IDENTITY",
  "08": "REQUEST_REJECTED", "09": "REQUEST_REJECTED", "11": "REQUEST_REJECTED", "12": "REQUEST_REJECTED", "13": "REQUEST_REJECTED",
  "14": "REQUEST_REJECTED", "15": "REQUEST_REJECTED", "16": "REQUEST_REJECTED", "17": "REQUEST_REJECTED", "18": "REQUEST_REJECTED",
};

/** The failure that a status message such as `ErrorCode nr22` stands for; `UNKNOWN` for any other text. */
export function readFailure(statusMessage: string): SpidFailure {
  const number = /^ErrorCode nr(\d{1,2})$/i.exec(statusMessage.trim())?.[1];
  return byNumber[number?.padStart(2, "0") ?? ""] ?? "UNKNOWN";
}

/** What the page says: a title, what happened and what to do about it, and whether a button to try again helps. */
export interface FailureText {
  readonly title: string;
  readonly message: string;
  readonly retry: boolean;
}

interface Wording {
  readonly retry: boolean;
  readonly it: readonly [title: string, message: string];
  readonly en: readonly [title: string, message: string];
}

const wordings: Readonly<Record<SpidFailure, Wording>> = {
  TOO_MANY_ATTEMPTS: {
    retry: true,
    it: ["Hai effettuato troppi tentativi di accesso", "Le credenziali inserite non erano corrette per troppe volte. Controlla nome utente e password presso il tuo gestore di identità, poi riprova."],
    en: ["Too many login attempts", "The credentials were wrong too many times. Check user name and password with your identity provider, then try again."],
  },
  LEVEL_NOT_AVAILABLE: {
    retry: false,
    it: ["Serve un livello di sicurezza superiore", "Per questo servizio devi utilizzare un’identità con un livello di sicurezza superiore. Chiedi al tuo gestore di identità come ottenerlo."],
    en: ["A higher level of assurance is needed", "This service needs an identity with a higher level of assurance. Ask your identity provider how to get one."],
  },
  TIMED_OUT: {
    retry: true,
    it: ["È passato troppo tempo", "L’accesso è rimasto in attesa troppo a lungo ed è stato interrotto. Riparti dall’inizio."],
    en: ["The login took too long", "The login was waiting for too long and has been stopped. Start again."],
  },
  CONSENT_DENIED: {
    retry: true,
    it: ["Non hai dato il consenso all’invio dei dati", "Senza i tuoi dati identificativi non possiamo farti accedere. Se vuoi proseguire, riprova e acconsenti all’invio."],
    en: ["You did not consent to sending your data", "Without your identification data we cannot let you in. To go on, try again and consent."],
  },
  IDENTITY_SUSPENDED: {
    retry: false,
    it: ["Identità sospesa o revocata", "La tua identità digitale risulta sospesa, revocata o bloccata. Rivolgiti al tuo gestore di identità."],
    en: ["Identity suspended or revoked", "Your digital identity is suspended, revoked or blocked. Please contact your identity provider."],
  },
  CANCELLED: {
    retry: true,
    it: ["Hai annullato l’accesso", "L’accesso è stato annullato e nessun dato è stato inviato. Puoi riprovare quando vuoi."],
    en: ["You cancelled the login", "The login was cancelled and no data was sent. You can try again whenever you want."],
  },
  OTHER_KIND_OF_IDENTITY: {
    retry: true,
    it: ["Tipo di identità diverso da quello richiesto", "Hai utilizzato un’identità di tipo diverso da quella che il servizio richiede, per esempio a uso professionale. Riprova con la tua identità personale."],
    en: ["Another kind of identity is needed", "You used another kind of identity than the one this service asks for, for example a professional one. Try again with your personal identity."],
  },
  REQUEST_REJECTED: {
    retry: true,
    it: ["Accesso non riuscito", "Il gestore di identità non ha accettato la nostra richiesta. Non dipende da te: siamo stati avvisati. Riprova più tardi."],
    en: ["The login did not succeed", "The identity provider did not accept our request. This is not your fault and we have been told. Try again later."],
  },
  UNKNOWN: {
    retry: true,
    it: ["Accesso non riuscito", "Il gestore di identità non ha completato l’accesso. Riprova; se il problema continua, rivolgiti al tuo gestore di identità."],
    en: ["The login did not succeed", "The identity provider did not complete the login. Try again; if the problem goes on, contact your identity provider."],
  },
};

/** For the electronic identity card the same number means something about the card. */
const cardSuspended: Wording = {
  retry: false,
  it: ["Carta d’identità scaduta o revocata", "La tua carta d’identità elettronica risulta scaduta o revocata. Rivolgiti al tuo Comune per rinnovarla."],
  en: ["Identity card expired or revoked", "Your electronic identity card has expired or been revoked. Ask your municipality to renew it."],
};

/** The text for people about a failure, in Italian unless English is asked for. */
export function failureText(failure: SpidFailure, language: "it" | "en" = "it", scheme: "SPID" | "CIE" = "SPID"): FailureText {
  const wording = scheme === "CIE" && failure === "IDENTITY_SUSPENDED" ? cardSuspended : wordings[failure];
  const [title, message] = wording[language];
  return { title, message, retry: wording.retry };
}
