import { type Html, html } from "../spid/html.ts";
import type { Kept, Profile } from "./inbox.ts";

const style = `
  :root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; color: #17324d; background: #eef2f6 }
  main { box-sizing: border-box; max-width: 26rem; margin: 2rem auto; padding: 1rem; background: #fff; border: .4rem solid #17324d; border-radius: 1.5rem }
  h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 0 0 .25rem }
  article { border: 1px solid #5d7083; border-radius: .5rem; padding: .75rem; margin: 1rem 0; overflow-wrap: anywhere }
  pre { font: inherit; white-space: pre-wrap; margin: .5rem 0 } dl { margin: .5rem 0 } dt { font-weight: 600 } dd { margin: 0 }
  time { color: #455b71; font-size: .9rem } a { color: #0059b3 }
  button { font: inherit; background: #0059b3; color: #fff; border: 0; border-radius: .25rem; padding: .5rem 1rem; cursor: pointer }
  label { display: block; margin: .5rem 0 } :focus-visible { outline: 3px solid #b35900; outline-offset: 2px }`;

const page = (title: string, content: Html): string => html`<!doctype html><html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – App IO di prova</title><style>${style}</style></head><body><main><h1>${title}</h1>${content}</main></body></html>`.text;

/** Whose telephone to look at. */
export const peoplePage = (all: readonly { readonly profile: Profile; readonly messages: number }[]): string => page("App IO: telefoni di prova", html`<ul>${all.map(({ profile: { person, hasApp }, messages }) =>
  html`<li><a href="/io/${person.login!.username}">${person.givenName} ${person.familyName}</a>: ${hasApp ? `${messages} messaggi` : "senza app"}</li>`)}</ul>`);

const checked = (on: boolean): Html => (on ? html` checked` : html``);

const euro = new Intl.NumberFormat("it-IT", { style: "currency", currency: "EUR" });
const moment = new Intl.DateTimeFormat("it-IT", { timeZone: "Europe/Rome", dateStyle: "long", timeStyle: "short" });

/** One telephone: what it received, and what its owner has turned off. */
export const inboxPage = ({ person, hasApp, allowsSender }: Profile, messages: readonly Kept[]): string => page(`Messaggi di ${person.givenName}`, html`
<form method="post"><label><input type="checkbox" name="hasApp"${checked(hasApp)}> Ha l’app IO</label>
<label><input type="checkbox" name="allowsSender"${checked(allowsSender)}> Riceve i messaggi del Comune</label><button>Salva</button></form>
${messages.length === 0 ? html`<p>Nessun messaggio.</p>` : messages.map(written)}
<p><a href="/io">Tutti i telefoni</a></p>`);

const written = ({ createdAt, content: { subject, markdown, due_date: due, payment_data: payment } }: Kept): Html => html`<article><h2>${subject}</h2>
<time datetime="${createdAt.toISOString()}">${moment.format(createdAt)}</time><pre>${markdown}</pre>
${payment ? html`<dl><dt>Da pagare</dt><dd>${euro.format(payment.amount / 100)}, avviso ${payment.notice_number}</dd></dl>` : html``}
${due ? html`<dl><dt>Scadenza</dt><dd>${moment.format(new Date(due))}</dd></dl>` : html``}</article>`;
