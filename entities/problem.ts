import { HubError } from "../kernel/errors.ts";

type Texts = Readonly<Record<"it" | "en", string>>;

/**
 * Everything that may stand between a caller and what they wanted, and that they can do something about: the code for
 * programs, the words for people. Where one code has several causes, `CODE.REASON` says more; `{name}` is that detail of it.
 */
export const problemTexts = {
  INVALID_INPUT: { it: "Un dato non è valido.", en: "A value is not valid." },
  "INVALID_INPUT.PAGE_SIZE": { it: "Si possono chiedere da 1 a 100 elementi per volta.", en: "Ask for 1 to 100 items at a time." },
  "INVALID_INPUT.ONE_DIRECTION": { it: "Indicare first con after, oppure last con before.", en: "Give first with after, or last with before." },
  "INVALID_INPUT.CURSOR": { it: "Il cursore non è di questo elenco: ripartire dall'inizio.", en: "This cursor is not of this list: start again from the beginning." },
  "INVALID_INPUT.EMPTY": { it: "Il campo non può essere vuoto.", en: "The field cannot be empty." },
  "INVALID_INPUT.TOO_LONG": { it: "Il testo è troppo lungo: al massimo {most} caratteri.", en: "The text is too long: {most} characters at most." },
  "INVALID_INPUT.KEY": { it: "La chiave di idempotenza deve avere da {least} a {most} caratteri, per esempio un UUID.", en: "An idempotency key has {least} to {most} characters: a UUID, for example." },
  "INVALID_INPUT.DIGITS": { it: "Servono solo cifre, al massimo {most}.", en: "Digits only, {most} at most." },
  "INVALID_INPUT.PHONE": { it: "Il numero di telefono non è valido: scriverlo con cifre e, se serve, il + iniziale.", en: "The phone number is not valid: write it in digits, with a leading + where needed." },
  "INVALID_INPUT.PROVINCE": { it: "La provincia si indica con la sua sigla di due lettere maiuscole, per esempio CN.", en: "A province is given by its two capital letters, such as CN." },
  "INVALID_INPUT.CHOICE": { it: "Qui questo valore non si può usare: sceglierne un altro.", en: "This value cannot be used here: choose another." },
  "INVALID_INPUT.KINDS": { it: "Indicare da uno a {most} certificati, ciascuno una volta.", en: "Give one to {most} certificates, each once." },
  "INVALID_INPUT.NUMBER": { it: "Il numero va da {least} a {most}.", en: "The number is from {least} to {most}." },
  "INVALID_INPUT.SITUATION": { it: "Il servizio non chiede di questa situazione: usare le chiavi di situations.", en: "The service does not ask about this situation: use the keys of situations." },
  "INVALID_INPUT.NOT_A_TIME": { it: "L'ufficio non riceve in questo orario: sceglierne uno di availability.", en: "The office does not receive at this time: choose one of availability." },
  "INVALID_INPUT.PAST": { it: "La data è già passata.", en: "The date is in the past." },
  "INVALID_INPUT.RANGE": { it: "L'intervallo di date non è ammesso: la fine non viene prima dell'inizio, e lo segue di {most} giorni al massimo.", en: "The range of dates is not allowed: its end is not before its beginning, and {most} days after it at most." },
  "INVALID_INPUT.DUE_DAYS": { it: "Le scadenze non sono ammesse: da 2 a {most}, da oggi in poi, ciascuna dopo la precedente.", en: "The due days are not allowed: 2 to {most}, from today on, each after the one before." },
  "INVALID_INPUT.DUE_WITHIN": { it: "Le scadenze non sono ammesse: al massimo {most}, l'ultima entro il {until}.", en: "The due days are not allowed: {most} at most, the last by {until}." },
  "INVALID_INPUT.TOO_MANY_SHARES": { it: "Con tante rate l'importo di alcune sarebbe troppo piccolo: indicarne di meno.", en: "With so many instalments some would be too small: give fewer." },
  "INVALID_INPUT.AMOUNT": { it: "L'importo non è ammesso per questo pagamento.", en: "The amount is not allowed for this payment." },
  "INVALID_INPUT.PLATE": { it: "La targa non è valida: controllare lettere e cifre.", en: "The plate is not valid: check its letters and digits." },
  "INVALID_INPUT.ANSWERS": { it: "Una risposta del modulo manca o non è valida.", en: "An answer of the form is missing or not valid." },
  "INVALID_INPUT.CART": { it: "Si possono pagare insieme da uno a cinque avvisi diversi, e non due modi di pagare lo stesso debito.", en: "One to five different notices can be paid in one go, and not two ways of paying the same debt." },
  "INVALID_INPUT.RECEIPT_KNOWN": { it: "Una ricevuta con questo numero c'è già.", en: "A receipt with this number is already here." },
  NOT_FOUND: { it: "L'elemento richiesto non esiste.", en: "What was asked for does not exist." },
  WRONG_STATE: { it: "L'operazione non è possibile nello stato attuale.", en: "This cannot be done in the present state." },
  CHANGED_MEANWHILE: { it: "Qualcun altro ha modificato la pratica nel frattempo: ricaricare e riprovare.", en: "Somebody else changed it meanwhile: reload and try again." },
  NOT_ELIGIBLE: { it: "Non ci sono i requisiti per questa richiesta.", en: "The requirements for this request are not met." },
  "NOT_ELIGIBLE.NOT_A_MINOR_CHILD": { it: "Si può agire solo per un figlio minorenne che vive nella stessa famiglia anagrafica.", en: "You can act only for a child of yours who is under age and lives in your registered household." },
  "NOT_ELIGIBLE.NOT_A_REPRESENTATIVE": { it: "Per agire per un'azienda serve una rappresentanza verificata dall'ufficio e ancora valida.", en: "To act for a company you need a representation that the office verified and that still holds." },
  "NOT_ELIGIBLE.NOT_A_COMPANY": { it: "Serve il codice fiscale di undici cifre dell'azienda o dell'ente.", en: "The eleven-digit fiscal code of the company or body is needed." },
  "NOT_ELIGIBLE.OWN_REPRESENTATION": { it: "La propria rappresentanza la verifica qualcun altro.", en: "Your own representation is for somebody else to verify." },
  "NOT_ELIGIBLE.NO_INSTALMENTS": { it: "Per questo pagamento le rate le concede l'ufficio: rivolgersi allo sportello.", en: "For this payment the office grants instalments: come to the counter." },
  "NOT_ELIGIBLE.CATEGORY_UNKNOWN": { it: "La categoria di permesso non esiste: usarne una di {known}.", en: "There is no such category of permit: use one of {known}." },
  "NOT_ELIGIBLE.NO_PLATE": { it: "Indicare almeno una targa.", en: "Give at least one plate." },
  "NOT_ELIGIBLE.PLATE_REPEATED": { it: "La stessa targa è indicata due volte.", en: "The same plate is given twice." },
  "NOT_ELIGIBLE.TOO_MANY_PLATES": { it: "Le targhe sono più di quelle ammesse: al massimo {most}.", en: "There are more plates than allowed: {most} at most." },
  "NOT_ELIGIBLE.NOT_RESIDENT_IN_ZONE": { it: "Questo permesso è per chi risiede nella zona a traffico limitato.", en: "This permit is for residents of the restricted zone." },
  "NOT_ELIGIBLE.HOUSEHOLD_HAS_PERMIT": { it: "La famiglia ha già un permesso valido.", en: "The household already holds a valid permit." },
  "NOT_ELIGIBLE.PERMITS_ENDED": { it: "I permessi di questo periodo non si rilasciano più.", en: "Permits of this period are no longer granted." },
  "NOT_ELIGIBLE.DUTY_DUE": { it: "Per questo certificato si paga il bollo o un diritto: chiederlo allo sportello, oppure indicare l'uso che ne esenta.", en: "Duty or a fee is due for this certificate: ask for it at the counter, or say which exempt use it is for." },
  "NOT_ELIGIBLE.NOT_REGISTRY_OFFICE": { it: "Le dichiarazioni anagrafiche sono dell'ufficio anagrafe.", en: "Declarations to the registry belong to the registry office." },
  "NOT_ELIGIBLE.SERVICE_NOT_ONLINE": { it: "Questo servizio non si può chiedere online.", en: "This service cannot be asked for online." },
  "NOT_ELIGIBLE.DRAFT_INCOMPLETE": { it: "Completare la bozza prima di inviarla.", en: "Complete the draft before you submit it." },
  SLOT_TAKEN: { it: "L'orario scelto non è più libero: sceglierne un altro.", en: "That time is no longer free: choose another." },
  TOO_MANY_HELD: { it: "Ci sono già troppi orari tenuti da confermare: confermarne uno o attendere che scadano.", en: "Too many times are being held already: confirm one, or wait until they lapse." },
  HOLD_EXPIRED: { it: "Il tempo per confermare è scaduto: scegliere di nuovo l'orario.", en: "The time to confirm has run out: choose a time again." },
  ASSURANCE_TOO_LOW: { it: "Per questa operazione serve un accesso di livello più alto.", en: "This needs a sign-in of a higher level." },
  IDEMPOTENCY_CONFLICT: { it: "Questa chiave di idempotenza è già stata usata per un'altra richiesta.", en: "This idempotency key was already used for another request." },
  QUOTA_EXCEEDED: { it: "La quota giornaliera dell'accordo è esaurita.", en: "The agreement's daily quota is used up." },
  NOT_CERTIFIABLE: { it: "L'anagrafe non può certificare questi dati della persona.", en: "The registry cannot certify this about the person." },
  "NOT_CERTIFIABLE.OPEN_PROCEEDING": { it: "C'è una pratica anagrafica in corso sulla persona: il certificato si può avere quando è conclusa.", en: "A proceeding about the person is open at the registry: the certificate can be had when it is closed." },
  "NOT_CERTIFIABLE.COMBINATION": { it: "Questi certificati non possono stare sullo stesso foglio: chiederli separatamente.", en: "These certificates cannot stand on one sheet: ask for each by itself." },
  NOT_IN_REGISTRY: { it: "La persona non risulta nel registro.", en: "The person is not in the registry." },
  AMBIGUOUS_PERSON: { it: "Più persone corrispondono a questi dati: aggiungerne altri, o usare il codice fiscale.", en: "Several people match: say more about the person, or use the fiscal code." },
  SOURCE_UNAVAILABLE: { it: "Il sistema esterno non risponde: riprovare più tardi o rivolgersi allo sportello.", en: "The outside system does not answer: try again later, or come to the counter." },
  SOURCE_REFUSED: { it: "Il sistema esterno non ha accettato la richiesta.", en: "The outside system did not accept the request." },
  PAYMENT_PENDING: { it: "Un pagamento di questo avviso è in corso: attendere l'esito prima di riprovare.", en: "A payment of this notice is under way: wait for its outcome." },
  "PAYMENT_PENDING.OTHER_WAY": { it: "Si sta già pagando lo stesso debito in un altro modo (per intero o a rate): attendere l'esito.", en: "The same debt is being paid in another way (in full or in instalments): wait for its outcome." },
} as const satisfies Record<string, Texts>;

type Key = keyof typeof problemTexts;
/** The stable names of problems. */
export type ProblemCode = Key extends infer One ? (One extends `${string}.${string}` ? never : One) : never;
/** The causes that one code is told apart by. */
export type ReasonOf<Code extends ProblemCode> = Key extends infer One ? (One extends `${Code}.${infer Reason}` ? Reason : never) : never;

/** All codes, for the schema's enumeration. */
export const problemCodes = Object.keys(problemTexts).filter(key => !key.includes(".")) as ProblemCode[];

const known: ReadonlySet<string> = new Set(problemCodes);

/** Whether a code is one of these: any other is a fault, not for its caller to mend. */
export const isProblemCode = (code: string): code is ProblemCode => known.has(code);

/** A problem to be thrown: `path` is the field at fault, from the argument down; `details` are shown to programs. */
export function problem<Code extends ProblemCode>(
  code: Code,
  options: { path?: readonly string[]; reason?: ReasonOf<Code>; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
): HubError<Code> {
  const { reason, details, ...rest } = options;
  const shown = { ...details, ...(reason ? { reason } : {}) };
  return new HubError(code, textOf(code, shown, "it"), { ...rest, details: shown });
}

/** The words of a problem with its details, for people. */
export function textOf(code: string, details: Readonly<Record<string, unknown>> | undefined, locale: "it" | "en"): string {
  const texts: Readonly<Record<string, Texts>> = problemTexts;
  const text = (texts[`${code}.${String(details?.["reason"])}`] ?? texts[code] ?? problemTexts.INVALID_INPUT)[locale];
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details?.[name]));
}
