/** One row of SPID's table of errors that reaches the service provider as a response. */
export interface Anomaly {
  /** Two figures, e.g. `08`. */
  readonly number: string;
  /** Last word of the status code. */
  readonly statusCode: "Requester" | "Responder" | "VersionMismatch";
  /** Last word of the status code inside it. */
  readonly subcode?: string;
}

/** One row that only the user sees, on a page of the identity provider. */
export interface UserAnomaly {
  readonly number: string;
  readonly httpStatus: 403 | 500 | 503;
  /** Italian, for the page. */
  readonly message: string;
}

const requester = (number: string, subcode?: string): Anomaly => ({ number, statusCode: "Requester", ...(subcode && { subcode }) });
const authnFailed = (number: string): Anomaly => ({ number, statusCode: "Responder", subcode: "AuthnFailed" });

/** Errors that go back to the service provider, by what is wrong. */
export const anomalies = {
  form: requester("08"),
  version: { number: "09", statusCode: "VersionMismatch" } as Anomaly,
  id: requester("11"),
  authnContext: requester("12", "NoAuthnContext"),
  issueInstant: requester("13", "RequestDenied"),
  destination: requester("14", "RequestUnsupported"),
  isPassive: requester("15", "NoPassive"),
  assertionConsumer: requester("16", "RequestUnsupported"),
  nameIdPolicy: requester("17", "RequestUnsupported"),
  attributeSet: requester("18", "RequestUnsupported"),
  credentials: authnFailed("19"),
  level: authnFailed("20"),
  timeout: authnFailed("21"),
  consent: authnFailed("22"),
  suspended: authnFailed("23"),
  cancelled: authnFailed("25"),
  otherIdentity: authnFailed("30"),
} as const;

/** The row with a number of two figures, e.g. `19`; undefined for those that never reach a service provider. */
export const anomalyNumbered = (number: string): Anomaly | undefined => Object.values(anomalies).find(anomaly => anomaly.number === number);

/** Errors that the identity provider shows and keeps. */
export const userAnomalies = {
  unavailable: { number: "02", httpStatus: 503, message: "Servizio momentaneamente non disponibile - Ripetere l'accesso più tardi" },
  system: { number: "03", httpStatus: 500, message: "Sistema di autenticazione non disponibile - Riprovare più tardi" },
  bindingForm: { number: "04", httpStatus: 403, message: "Formato richiesta non corretto - Contattare il gestore del servizio" },
  redirectSignature: { number: "05", httpStatus: 403, message: "Impossibile stabilire l'autenticità della richiesta di autenticazione - Contattare il gestore del servizio" },
  method: { number: "06", httpStatus: 403, message: "Formato richiesta non ricevibile - Contattare il gestore del servizio" },
  postSignature: { number: "07", httpStatus: 403, message: "Formato richiesta non corretto - Contattare il gestore del servizio" },
  issuer: { number: "10", httpStatus: 403, message: "Formato richiesta non corretto - Contattare il gestore del servizio" },
} as const satisfies Record<string, UserAnomaly>;
