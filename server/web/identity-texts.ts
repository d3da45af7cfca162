import { failureText, spidFailures, type SpidFailure } from "../../connectors/spid/index.ts";
import type { LoginRefusal } from "../../operations/session/complete-login.ts";
import type { Locale } from "../../operations/hub.ts";

/** What a page says: what happened, and what to do about it. */
export interface Wording {
  readonly title: string;
  readonly message: string;
}

/** Why a page of the sign-in cannot go on: of a login, or of a request that never became one. */
export type Trouble = LoginRefusal | "BAD_ADDRESS" | "UNKNOWN_PROVIDER" | "BAD_MESSAGE" | "INTERNAL";

const words: Readonly<Record<Exclude<Trouble, SpidFailure>, Readonly<Record<Locale, readonly [title: string, message: string]>>>> = {
  UNASKED: {
    it: ["Questo accesso non è cominciato qui", "La risposta del gestore di identità non corrisponde a un accesso in corso. Ricomincia dal servizio che volevi usare."],
    en: ["This login was not started here", "The identity provider's answer belongs to no login under way. Start again from the service that you wanted to use."],
  },
  OTHER_BROWSER: {
    it: ["Accesso cominciato altrove, o cookie disattivati", "L’accesso è cominciato in un altro browser, oppure questo browser non conserva i cookie, senza i quali non possiamo riconoscerti. Attiva i cookie per questo sito e ricomincia qui."],
    en: ["Login started elsewhere, or cookies are off", "The login was started in another browser, or this one keeps no cookies, without which we cannot know you again. Allow cookies for this site and start again here."],
  },
  EXPIRED: {
    it: ["È passato troppo tempo", "L’accesso è cominciato più di 15 minuti fa e non vale più. Ricomincia: ci vorrà poco."],
    en: ["The login took too long", "The login was started more than 15 minutes ago and is not good any more. Start again: it will not take long."],
  },
  ALREADY_USED: {
    it: ["Questo passaggio è già stato fatto", "La risposta del gestore di identità vale una volta sola: succede di ripeterla tornando indietro o ricaricando la pagina. Se l’accesso era riuscito puoi proseguire, altrimenti ricomincia."],
    en: ["This step has been done already", "The identity provider's answer is good once: going back or reloading the page repeats it. If the login had succeeded you can go on, otherwise start again."],
  },
  NOT_ACCEPTED: {
    it: ["Accesso non riuscito", "La risposta del gestore di identità non ha superato i controlli di sicurezza e non è stata usata. Riprova; se succede di nuovo, scrivi all’amministrazione."],
    en: ["The login did not succeed", "The identity provider's answer did not pass our security checks and was not used. Try again; if it happens again, write to the administration."],
  },
  NOT_STAFF: {
    it: ["Non risulti tra il personale", "Questa persona non ha un ruolo in un ufficio dell’ente. Per i servizi al cittadino, entra come cittadino."],
    en: ["You are not known as staff", "This person has no role in an office of the administration. For the services to citizens, log in as a citizen."],
  },
  BAD_ADDRESS: {
    it: ["L’indirizzo non è valido", "L’indirizzo di accesso non è scritto come dovrebbe, oppure rimanda a un sito non ammesso. Ricomincia dal servizio che volevi usare."],
    en: ["The address is not valid", "The login address is not written as it should be, or leads back to a site that is not allowed. Start again from the service that you wanted to use."],
  },
  UNKNOWN_PROVIDER: {
    it: ["Gestore di identità sconosciuto", "Il gestore indicato non è tra quelli ammessi. Scegline uno dall’elenco."],
    en: ["Unknown identity provider", "The provider is not among those allowed. Choose one from the list."],
  },
  BAD_MESSAGE: {
    it: ["Messaggio non valido", "Il messaggio del gestore di identità non è leggibile o non è autentico, e non è stato usato."],
    en: ["The message is not valid", "The identity provider's message cannot be read or is not authentic, and was not used."],
  },
  INTERNAL: {
    it: ["Qualcosa non ha funzionato", "Non dipende da te. Riprova tra qualche minuto; se serve assistenza, cita il codice che trovi qui sotto."],
    en: ["Something went wrong", "This is not your fault. Try again in a few minutes; if you need help, quote the code below."],
  },
};

const isFailure = (trouble: Trouble): trouble is SpidFailure => (spidFailures as readonly string[]).includes(trouble);

/** The words for a trouble, and whether trying again may help. */
export function troubleText(trouble: Trouble, language: Locale, scheme: "spid" | "cie"): Wording & { readonly retry: boolean } {
  if (isFailure(trouble)) return failureText(trouble, language, scheme === "spid" ? "SPID" : "CIE");
  const [title, message] = words[trouble][language];
  return { title, message, retry: trouble !== "BAD_MESSAGE" };
}
