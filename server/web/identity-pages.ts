import type { IdentityProvider, Outbound } from "../../connectors/spid/index.ts";
import type { Locale } from "../../operations/hub.ts";
import { html, type Html, type Page } from "./page.ts";
import { troubleText, type Trouble } from "./identity-texts.ts";

export type Scheme = "spid" | "cie";

/** A sign-in as it is asked for in an address. */
export interface LoginWish {
  readonly level: number;
  /** An absolute address that was found on the allow-list. */
  readonly returnTo: string;
  readonly staff: boolean;
  readonly eidas: "minimum" | "full" | null;
}

/** The address that begins a sign-in. */
export function loginAddress(scheme: Scheme, { level, returnTo, staff, eidas }: LoginWish, idp?: string): string {
  const query = new URLSearchParams({ level: String(level), returnTo, ...(staff ? { staff: "1" } : {}), ...(eidas && scheme === "spid" ? { eidas } : {}), ...(idp ? { idp } : {}) });
  return `/${scheme}/login?${query.toString()}`;
}

/** A link that looks like a button: the thing to do, or (`plain`) another one that may be done. */
export const button = (href: string, text: string, plain = false): Html => html`<a class="button${plain ? " plain" : ""}" href="${href}">${text}</a>`;
/** The ways to go on from a page. */
export const actions = (...buttons: readonly Html[]): Html => (buttons.length > 0 ? html`<div class="actions">${buttons}</div>` : html``);

/** Whom the page of choice offers. */
export interface Choices {
  readonly spid: readonly IdentityProvider[];
  readonly cie: readonly IdentityProvider[];
  /** The node through which persons of other European countries come. */
  readonly eidas: IdentityProvider | undefined;
}

/** The page of choice: every trusted provider, none before the others for long. */
export function choicePage(language: Locale, wish: LoginWish, { spid, cie, eidas }: Choices): Page {
  const t = choiceWords[language];
  const list = spid.map(({ entityId, name }) => html`<li><a href="${loginAddress("spid", wish, entityId)}">${name[language]}</a></li>`);
  return { language, title: wish.staff ? t.staffTitle : t.title, body: html`
    <p>${t.level[wish.level - 1]!}</p>
    <h2 id="spid">SPID</h2><p>${t.spid}</p>
    ${list.length > 0 ? html`<ul class="choices" aria-labelledby="spid">${list}</ul>` : html`<p class="notice">${t.nobody}</p>`}
    <p><a href="https://www.spid.gov.it/">${t.moreSpid}</a> · <a href="https://www.spid.gov.it/cos-e-spid/come-attivare-spid/">${t.getSpid}</a></p>
    ${cie.length > 0 ? html`<h2>${t.card}</h2><p>${t.cie}</p>${actions(...cie.map(({ entityId }) => button(loginAddress("cie", { ...wish, eidas: null }, entityId), t.enterCie)))}` : null}
    ${eidas ? html`<h2>eIDAS</h2><p>${t.eidas}</p>${actions(button(loginAddress("spid", { ...wish, eidas: "full" }, eidas.entityId), t.enterEidas, true))}` : null}`.text };
}

const choiceWords = {
  it: {
    title: "Accedi con la tua identità digitale", staffTitle: "Accesso del personale", spid: "Scegli il gestore che ti ha dato l’identità SPID.", nobody: "In questo momento nessun gestore SPID è disponibile.",
    level: ["È richiesto il livello 1: nome utente e password.", "È richiesto il livello 2: password e un secondo passaggio, come un codice temporaneo.", "È richiesto il livello 3: un certificato o una carta."],
    moreSpid: "Maggiori informazioni su SPID", getSpid: "Non hai SPID?", card: "Carta d’identità elettronica", cie: "Con la carta e il suo PIN, o con l’app CieID.", enterCie: "Entra con CIE",
    eidas: "Per chi ha un’identità digitale di un altro Paese europeo.", enterEidas: "Login with eIDAS",
  },
  en: {
    title: "Log in with your digital identity", staffTitle: "Staff login", spid: "Choose the provider that gave you your SPID identity.", nobody: "No SPID provider is available at this moment.",
    level: ["Level 1 is needed: user name and password.", "Level 2 is needed: password and a second step, such as a one-time code.", "Level 3 is needed: a certificate or a card."],
    moreSpid: "More about SPID", getSpid: "No SPID yet?", card: "Electronic identity card (CIE)", cie: "With the card and its PIN, or with the CieID app.", enterCie: "Enter with CIE",
    eidas: "For those who hold a digital identity of another European country.", enterEidas: "Login with eIDAS",
  },
} as const;

/** A page that hands a message over to an identity provider: by itself, or by its button where scripts do not run. */
export function handOverPage(language: Locale, { action, fields }: Extract<Outbound, { binding: "POST" }>): Page {
  const t = language === "it" ? { title: "Vai al gestore di identità", text: "Se la pagina non cambia da sola, premi il pulsante.", go: "Continua" } : { title: "To the identity provider", text: "If the page does not change by itself, press the button.", go: "Continue" };
  const inputs = Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return {
    // Providers lead on to other addresses of theirs, which browsers count as targets of the form too.
    language, title: t.title, script: "document.forms[0].submit()", formTargets: [new URL(action).origin, "https:"],
    body: html`<form id="hand-over" method="post" action="${action}">${inputs}<p>${t.text}</p><button class="button" type="submit">${t.go}</button></form>`.text,
  };
}

/** Where to go from a trouble. */
export interface WayOut {
  readonly scheme: Scheme;
  /** Address that tries again. */
  readonly again: string;
  /** Where the person came from, with the trouble's name for the program there; null where that is not known. */
  readonly back: string | null;
  /** Names the request to whoever gives assistance. */
  readonly requestId?: string;
}

/** What went wrong and what to do about it, in both languages, the reader's first. */
export function troublePage(language: Locale, trouble: Trouble, { scheme, again, back, requestId }: WayOut): Page {
  const other = language === "it" ? "en" : "it";
  const [own, foreign] = [troubleText(trouble, language, scheme), troubleText(trouble, other, scheme)];
  const ways = (t: Locale): Html => actions(
    ...(trouble === "ALREADY_USED" && back ? [button(back, wayWords[t].onward)] : []),
    ...(own.retry ? [button(again, wayWords[t][trouble === "NOT_STAFF" ? "citizen" : "again"], trouble === "ALREADY_USED" && back !== null)] : []),
    ...(back && trouble !== "ALREADY_USED" ? [button(back, wayWords[t].back, own.retry)] : []),
  );
  return { language, title: own.title, body: html`
    <p>${own.message}</p>${requestId ? html`<p class="notice">${requestId}</p>` : null}${ways(language)}
    <section lang="${other}"><h2>${foreign.title}</h2><p>${foreign.message}</p></section>`.text };
}

const wayWords = {
  it: { again: "Riprova l’accesso", citizen: "Entra come cittadino", back: "Torna al servizio", onward: "Prosegui" },
  en: { again: "Try again", citizen: "Log in as a citizen", back: "Back to the service", onward: "Go on" },
} as const;
