import { type Html, html } from "../spid/html.ts";

/** A mail that was taken. */
export interface Caught {
  readonly id: string;
  readonly at: Date;
  readonly from: string;
  /** The recipients of the envelope. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** Headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly name: string; readonly contentType: string; readonly content: Buffer }[];
}

const style = `
  :root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; color: #17324d; background: #fff }
  main { max-width: 48rem; margin: 2rem auto; padding: 0 1rem } table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #5d7083; vertical-align: top; overflow-wrap: anywhere }
  pre { font: inherit; white-space: pre-wrap; border: 1px solid #5d7083; padding: 1rem } iframe { width: 100%; height: 24rem; border: 1px solid #5d7083 }
  a { color: #0059b3 } :focus-visible { outline: 3px solid #b35900; outline-offset: 2px }`;

const page = (title: string, content: Html): string => html`<!doctype html><html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Posta di prova</title><style>${style}</style></head><body><main><h1>${title}</h1>${content}</main></body></html>`.text;

const moment = new Intl.DateTimeFormat("it-IT", { timeZone: "Europe/Rome", dateStyle: "short", timeStyle: "medium" });

/** All mails, latest first. */
export const mailsPage = (all: readonly Caught[]): string => page("Posta di prova", all.length === 0 ? html`<p>Nessun messaggio.</p>` : html`<table>
<thead><tr><th scope="col">Quando</th><th scope="col">A</th><th scope="col">Oggetto</th></tr></thead>
<tbody>${all.map(({ id, at, to, subject }) => html`<tr><td>${moment.format(at)}</td><td>${to.join(", ")}</td><td><a href="/mail/${id}">${subject}</a></td></tr>`)}</tbody></table>`);

/** One mail: its text, and its HTML as a mail program would show it. */
export const mailPage = ({ from, to, subject, text, html: body, attachments }: Caught): string => page(subject, html`
<p>Da ${from} a ${to.join(", ")}</p><h2>Testo</h2><pre>${text}</pre>${body ? html`<h2>HTML</h2><iframe sandbox title="Il messaggio in HTML" srcdoc="${body}"></iframe>` : html``}
${attachments.length > 0 ? html`<h2>Allegati</h2><ul>${attachments.map(({ name, content }) => html`<li>${name}, ${content.length} byte</li>`)}</ul>` : html``}<p><a href="/mail">Tutti i messaggi</a></p>`);
