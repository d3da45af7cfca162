import { attributeLabels } from "./attributes.ts";
import type { Brand } from "./brands.ts";
import { Html, html } from "./html.ts";
import { statedAttributes, type Identity } from "./identities.ts";
import { stepOf, type Login } from "./login.ts";
import type { Session } from "./sessions.ts";

const style = new Html(`<style>
  :root { color-scheme: light }
  body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: #17324d; background: #eef2f6 }
  header { background: #0b4d92; color: #fff; padding: .75rem 1rem; font-weight: 600 }
  header small { display: block; font-weight: 400 }
  main { max-width: 34rem; margin: 1.5rem auto; padding: 1.25rem; background: #fff; border-radius: .5rem }
  h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .75rem }
  h2 { font-size: 1.125rem; margin: 1.5rem 0 .5rem }
  label { display: block; font-weight: 600; margin-top: .75rem }
  input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid #5d7083; border-radius: .25rem }
  button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; margin: .75rem .5rem 0 0; border: 2px solid #0b4d92; border-radius: .25rem; background: #0b4d92; color: #fff; cursor: pointer }
  button.plain { background: #fff; color: #0b4d92 }
  .people { display: flex; flex-wrap: wrap; gap: .5rem }
  .people button { margin: 0; padding: .4rem .75rem; font-weight: 400 }
  :focus-visible { outline: 3px solid #b35900; outline-offset: 2px }
  .notice { border-left: .3rem solid #b3002d; background: #fdeef1; padding: .5rem .75rem }
  .hint { border-left: .3rem solid #0b4d92; background: #eaf2fb; padding: .5rem .75rem }
  dt { font-weight: 600 } dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
</style>`);

/** A whole page in the provider's frame. */
function page(brand: Brand, title: string, ...content: readonly Html[]): string {
  return html`<!doctype html>
<html lang="it">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} - ${brand.name}</title>${style}</head>
<body>
<header>${brand.name}<small>Ambiente di prova: nessuna di queste persone esiste</small></header>
<main><h1>${title}</h1>
${content}
</main>
</body>
</html>`.text;
}

/** The page of the present step of a login. Its forms are sent to the page's own address. */
export function loginPage(brand: Brand, login: Login, identities: readonly Identity[]): string {
  const notice = login.notice === undefined ? html`` : html`<p class="notice" role="alert">${login.notice}</p>`;
  const service = html`<p>Accesso richiesto da <strong>${login.provider.displayName}</strong>, livello ${login.request.level}.</p>`;
  switch (stepOf(login)) {
    case "credentials":
      return page(brand, "Accedi con la tua identità digitale", service, notice, credentialsForm, peopleForm(identities));
    case "secondFactor":
      return page(brand, "Conferma che sei tu", service, notice, secondFactorForm(login));
    case "consent":
      return page(brand, "Dati da inviare al servizio", service, consentForm(login, brand));
  }
}

const cancel = html`<button class="plain" name="action" value="cancel" formnovalidate>Annulla</button>`;

const credentialsForm = html`<form method="post" id="credentials">
<label for="username">Nome utente</label><input id="username" name="username" autocomplete="username" autocapitalize="none" required>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button name="action" value="enter">Entra</button>${cancel}
</form>`;

const peopleForm = (identities: readonly Identity[]): Html => html`<form method="post" id="people">
<h2>Oppure entra come persona di prova</h2>
<div class="people">${identities.map(({ username, label }) => html`<button class="plain" name="person" value="${username}">${label}</button> `)}</div>
</form>`;

function secondFactorForm({ request, oneTimeCode }: Login): Html {
  const what = request.level === 2 ? "Codice temporaneo" : "PIN del certificato";
  return html`<p class="hint" id="hint">Prova: il codice da inserire è <strong id="sandbox-code">${oneTimeCode}</strong>.</p>
<form method="post" id="second-factor">
<label for="code">${what}</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="hint" required>
<button name="action" value="confirm">Conferma</button>${cancel}
</form>`;
}

function consentForm({ identity, request, provider }: Login, brand: Brand): Html {
  const stated = identity ? Object.entries(statedAttributes(identity, request.attributes, brand.scheme)) : [];
  return html`<p>Se acconsenti, ${provider.displayName} riceverà:</p>
<dl>${stated.map(([name, value]) => html`<dt>${attributeLabels[name] ?? name}</dt><dd>${value}</dd>`)}</dl>
<form method="post" id="consent">
<button name="action" value="consent">Acconsento</button><button class="plain" name="action" value="deny">Non acconsento</button>${cancel}
</form>`;
}

/** A page that hands a message over to another site: by itself, or by its button where scripts do not run. */
export function handOverPage(brand: Brand, destination: string, fields: Readonly<Record<string, string | undefined>>): string {
  const inputs = Object.entries(fields).map(([name, value]) => (value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}">`));
  return page(brand, "Torni al servizio", html`<p>Se la pagina non cambia da sola, premi il pulsante.</p>
<form method="post" id="hand-over" action="${destination}">${inputs}<button>Continua</button></form>
<script>document.getElementById("hand-over").submit()</script>`);
}

/** A page for the errors that never reach a service provider. */
export const errorPage = (brand: Brand, { number, message }: { readonly number: string; readonly message: string }): string =>
  page(brand, "Accesso non possibile", html`<p class="notice" role="alert">${message}</p><p>Errore ${number}</p>`);

/** The provider's own page: whose session is open, and the way out of every service. */
export const sessionPage = (brand: Brand, session: Session | undefined): string =>
  session === undefined
    ? page(brand, "La tua sessione", html`<p>Non hai una sessione aperta.</p>`)
    : page(brand, "La tua sessione", html`<p>Hai una sessione aperta come <strong>${session.identity.label}</strong>.</p>
<form method="post" id="logout"><button name="action" value="logout">Esci da tutti i servizi</button></form>`);

/** What the provider says at the end of a logout: whether every service confirmed, or that each has to be left by itself. */
export const loggedOutPage = (brand: Brand, outcome: "everywhere" | "partly" | "here"): string => page(brand, "Sei uscito", logoutWords[outcome]);

const logoutWords = {
  everywhere: html`<p>Hai chiuso la sessione in tutti i servizi.</p>`,
  partly: html`<p class="notice" role="alert">Non tutti i servizi hanno confermato l'uscita: chiudi il browser.</p>`,
  here: html`<p>Hai chiuso la sessione qui. Ricorda di uscire anche dai servizi che hai aperto.</p>`,
};
