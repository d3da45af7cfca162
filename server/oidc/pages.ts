import type { Locale } from "../../operations/hub.ts";
import { actions, button } from "../web/identity-pages.ts";
import { html, type Page } from "../web/page.ts";
import { landing } from "../web/return-to.ts";

/** Browsers count where a form leads on to as its target too: the client's address, and the identity provider's. */
const targetsOf = (publicUrl: string, addresses: readonly string[]): string[] =>
  [...new Set([...addresses.map(sourceOf), ...(publicUrl.startsWith("https://") ? ["https:"] : ["http://localhost:*", "https:"])])];

/** An address as a content security policy names it: its origin, or the scheme that is an app's own. */
function sourceOf(address: string): string {
  const { protocol, origin, hostname } = new URL(address);
  if (origin === "null") return protocol;
  // A native app listens on whichever port of the loopback is free.
  return hostname === "127.0.0.1" || hostname === "localhost" ? `${protocol}//${hostname}:*` : origin;
}

export interface ConsentRequest {
  readonly publicUrl: string;
  /** Where the answer is posted. */
  readonly action: string;
  readonly client: string;
  readonly person: string;
  /** Whether the client wants to know who the person is. */
  readonly profile: boolean;
  readonly redirectUri: string;
}

/** Asks the person whether an app that bears this name may act for them: on a device anybody can borrow a name. */
export function consentPage(language: Locale, { publicUrl, action, client, person, profile, redirectUri }: ConsentRequest): Page {
  const it = language === "it";
  const told = profile ? (it ? "L’app conoscerà il tuo nome e il tuo codice fiscale." : "The app will know your name and your fiscal code.") : it ? "L’app non conoscerà il tuo nome né il tuo codice fiscale." : "The app will know neither your name nor your fiscal code.";
  return {
    language, title: it ? `Vuoi usare ${client}?` : `Do you want to use ${client}?`, formTargets: targetsOf(publicUrl, [redirectUri]),
    body: html`<p>${it ? "Hai effettuato l’accesso come" : "You are logged in as"} <strong>${person}</strong>. ${it ? `${client} chiede di usare i servizi per tuo conto, finché dura l’accesso.` : `${client} asks to use the services on your behalf, for as long as the login lasts.`}</p>
    <p>${told} ${it ? "Prosegui solo se sei stato tu ad aprirla." : "Go on only if it was you who opened it."}</p>
    <form id="consent" method="post" action="${action}"><div class="actions"><button class="button" type="submit" name="answer" value="yes">${it ? "Prosegui" : "Go on"}</button><button class="button plain" type="submit" name="answer" value="no">${it ? "Annulla" : "Cancel"}</button></div></form>`.text,
  };
}

/** Asks whether to sign out, as the client asked. `form` is the provider's own, without buttons; with `certain` it goes by itself. */
export function signOutPage(language: Locale, form: string, { publicUrl, returnTo, certain }: { readonly publicUrl: string; readonly returnTo: string | undefined; readonly certain: boolean }): Page {
  const it = language === "it";
  return {
    language, title: it ? "Vuoi uscire?" : "Do you want to log out?", formTargets: targetsOf(publicUrl, returnTo ? [returnTo] : []),
    ...(certain ? { script: 'document.getElementById("op.logoutForm").requestSubmit(document.getElementById("yes"))' } : {}),
    body: `${form}${html`<p>${it ? "L’accesso finisce per tutti i siti e le app che hai aperto con esso." : "The login ends for all sites and apps that you opened with it."}</p>
    <div class="actions"><button class="button" id="yes" type="submit" form="op.logoutForm" name="logout" value="yes">${it ? "Esci" : "Log out"}</button><button class="button plain" type="submit" form="op.logoutForm">${it ? "Resta" : "Stay"}</button></div>`.text}`,
  };
}

const refusals = {
  it: {
    done: ["Questo passaggio è già concluso", "È già stato fatto, oppure è passato più di mezz’ora. Torna al sito o all’app da cui vieni: se l’accesso era riuscito sei già dentro, altrimenti ricomincia da lì. Se succede di nuovo, controlla che il browser conservi i cookie di questo sito."],
    invalid: ["Non è possibile proseguire", "La richiesta non è valida o è scaduta: torna al sito o all’app da cui vieni e ricomincia."],
    client: ["Non è possibile proseguire", "Il sito o l’app da cui vieni ha fatto una richiesta che non possiamo accettare: non dipende da te. Se serve assistenza, cita il codice qui sotto."],
    code: "Codice", session: "Vedi se hai effettuato l’accesso",
  },
  en: {
    done: ["This step is over", "It was done already, or more than half an hour has passed. Go back to the site or app that you came from: if the login had succeeded you are in, otherwise start again from there. If it happens again, see whether the browser keeps this site’s cookies."],
    invalid: ["It is not possible to go on", "The request is not valid or has expired: go back to the site or app that you came from and start again."],
    client: ["It is not possible to go on", "The site or app that you came from made a request that we cannot accept: this is not your fault. If you need help, quote the code below."],
    code: "Code", session: "See whether you are logged in",
  },
} as const;

/** What cannot be told to the client, because it is not known who asks or where to answer. `name` is the error's, for whoever gives assistance. */
export function refusalPage(language: Locale, name: string): Page {
  const t = refusals[language];
  const [title, message] = name === "session_not_found" ? t.done : name === "invalid_request" ? t.invalid : t.client;
  return { language, title, body: html`<p>${message}</p><p class="notice">${t.code}: ${name}</p>${actions(button(landing, t.session, true))}`.text };
}
