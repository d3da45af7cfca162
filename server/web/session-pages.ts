import type { Locale } from "../../operations/hub.ts";
import { actions, button, loginAddress, type LoginWish, type Scheme } from "./identity-pages.ts";
import { html, type Page } from "./page.ts";
import { withLoginError } from "./return-to.ts";

const stepUpWords = {
  it: {
    title: (level: number) => `Serve un accesso di livello ${level}`,
    text: (present: string, level: number) => `Sei entrato con il livello ${present}. Per quello che vuoi fare serve il livello ${level}: conferma la tua identità e torni dov’eri.`,
    onward: (provider: string) => `Continua con ${provider}`, other: "Usa un’altra identità", cancel: "Annulla",
  },
  en: {
    title: (level: number) => `A login of level ${level} is needed`,
    text: (present: string, level: number) => `You are logged in at level ${present}. What you want to do needs level ${level}: confirm your identity and you come back to where you were.`,
    onward: (provider: string) => `Go on with ${provider}`, other: "Use another identity", cancel: "Cancel",
  },
} as const;

/** The provider with which somebody signed in. */
export interface UsedProvider {
  readonly scheme: Scheme;
  readonly idp: string;
  readonly name: string;
}

/** A higher level is needed: on with the provider that the person used before, or with another. */
export function stepUpPage(language: Locale, wish: LoginWish, { scheme, idp, name }: UsedProvider, present: string): Page {
  const t = stepUpWords[language];
  const ways = actions(button(loginAddress(scheme, wish, idp), t.onward(name)), button(loginAddress("spid", wish), t.other, true), button(withLoginError(wish.returnTo, "CANCELLED"), t.cancel, true));
  return { language, title: t.title(wish.level), body: html`<p>${t.text(present, wish.level)}</p>${ways}`.text };
}

const sessionWords = {
  it: { nobody: "Non hai effettuato l’accesso", login: "Accedi", title: "Hai effettuato l’accesso", you: "Sei", level: "livello", logout: "Esci" },
  en: { nobody: "You are not logged in", login: "Log in", title: "You are logged in", you: "You are", level: "level", logout: "Log out" },
} as const;

/** Who is signed in, and the ways in and out. */
export function sessionPage(language: Locale, session: { readonly name: string; readonly level: string; readonly provider: string } | null, wish: LoginWish): Page {
  const t = sessionWords[language];
  if (!session) return { language, title: t.nobody, body: actions(button(loginAddress("spid", wish), t.login)).text };
  const { name, level, provider } = session;
  return { language, title: t.title, body: html`<p>${t.you} <strong>${name}</strong>, ${t.level} ${level}, ${provider}.</p>${actions(button("/spid/logout", t.logout, true))}`.text };
}

/** How a sign-out ended: everywhere, not in every service, here though perhaps not at the provider, or here with a page of the provider left to visit. */
export type Goodbye = "DONE" | "PARTIAL" | "OPEN_AT_PROVIDER" | "VISIT_PROVIDER";

const goodbyeWords = {
  it: {
    title: "Sei uscito", visit: "Vai alla pagina di uscita di CIE", back: "Torna al servizio",
    DONE: "La sessione è chiusa.",
    PARTIAL: "La sessione qui è chiusa, ma il gestore di identità dice che non tutti i servizi lo sono: chiudi il browser.",
    OPEN_AT_PROVIDER: "La sessione qui è chiusa. Quella presso il gestore di identità potrebbe essere ancora aperta: chiudi il browser.",
    VISIT_PROVIDER: "La sessione qui è chiusa. Se questo dispositivo non è solo tuo, chiudi anche quella della carta d’identità elettronica.",
  },
  en: {
    title: "You are logged out", visit: "To the logout page of CIE", back: "Back to the service",
    DONE: "The session is closed.",
    PARTIAL: "The session is closed here, but the identity provider says that not all services are: close the browser.",
    OPEN_AT_PROVIDER: "The session is closed here. The one at the identity provider may still be open: close the browser.",
    VISIT_PROVIDER: "The session is closed here. If others use this device too, close the one of the electronic identity card as well.",
  },
} as const;

/** The end of a session, and where to go from there. */
export function goodbyePage(language: Locale, how: Goodbye, { back, visit }: { readonly back: string; readonly visit?: string }): Page {
  const t = goodbyeWords[language];
  const text = how === "DONE" ? html`<p>${t[how]}</p>` : html`<p class="notice">${t[how]}</p>`;
  return { language, title: t.title, body: html`${text}${actions(...(visit ? [button(visit, t.visit)] : []), button(back, t.back, visit !== undefined))}`.text };
}
