import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { favicon } from "./favicon.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe for HTML, in elements and in quoted attributes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => escapes[character]!);

/** A piece of HTML whose variable parts were escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | null | readonly Html[];

const rendered = (value: Value): string => {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  return typeof value === "object" ? value.map(({ text }) => text).join("") : escaped(String(value));
};

/** HTML from a template: what is put in is escaped, unless it is HTML itself. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(parts.slice(1).reduce((text, part, at) => text + rendered(values[at]!) + part, parts[0]!));

const style = `
  :root { color-scheme: light; font: 18px/1.5 "Titillium Web", system-ui, sans-serif; color: #17324d; background: #fff }
  body { margin: 0 } header { background: #0059b3; color: #fff; padding: .75rem 1rem; font-weight: 600 }
  main { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.75rem; line-height: 1.2 } h2 { font-size: 1.25rem; line-height: 1.3; margin-top: 2rem }
  a, button { font: inherit } a { color: #0059b3 }
  .button { display: inline-block; box-sizing: border-box; background: #0059b3; color: #fff; border: 2px solid #0059b3; border-radius: 4px; padding: .7rem 1.5rem; text-decoration: none; cursor: pointer; overflow-wrap: anywhere }
  .button.plain { background: #fff; color: #0059b3 }
  .button:hover { background: #003d7a; color: #fff }
  :focus-visible { outline: 3px solid #b35900; outline-offset: 3px }
  .skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .25rem .75rem; z-index: 1 }
  .actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 }
  ul.choices { list-style: none; padding: 0; margin: 1rem 0; border: 1px solid #5d7083; border-radius: 4px }
  ul.choices li + li { border-top: 1px solid #c5ccd3 }
  ul.choices a { display: block; padding: .85rem 1rem; font-weight: 600; text-decoration: none } ul.choices a:hover { background: #eaf2fb; text-decoration: underline }
  dl { border: 1px solid #c5ccd3; border-radius: 4px; padding: 1rem; margin: 1rem 0 } dt { font-size: .9rem; color: #435a70 } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere } dd + dt { margin-top: .6rem }
  .notice { border-left: .3rem solid #0059b3; background: #eaf2fb; padding: .75rem 1rem }
  section[lang] { border-top: 1px solid #c5ccd3; margin-top: 2rem }
  @media (max-width: 30rem) { .actions .button { width: 100%; text-align: center } }`;

const hashOf = (content: string): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

/** What a page may run and load: what it carries itself, and forms to the addresses named. */
const policy = (script: string | undefined, formTargets: readonly string[]): string =>
  `default-src 'none'; img-src 'self'; style-src ${hashOf(style)}; script-src ${script ? hashOf(script) : "'none'"}; form-action ${["'self'", ...formTargets].join(" ")}; base-uri 'none'; frame-ancestors 'none'`;

/** One plain page for people. `body` is HTML whose variable parts were escaped. */
export interface Page {
  readonly title: string;
  readonly body: string;
  readonly script?: string;
  readonly formTargets?: readonly string[];
  readonly language?: "it" | "en";
}

const frame = {
  it: { site: "Sportello unico del cittadino", skip: "Vai al contenuto" },
  en: { site: "Sportello unico del cittadino", skip: "Skip to content" },
} as const;

/** A page as it is sent: in the look of Italian public services and without anything from elsewhere. */
export function writtenPage({ title, body, script, formTargets = [], language = "it" }: Page): { readonly headers: Readonly<Record<string, string>>; readonly text: string } {
  const { site, skip } = frame[language];
  return {
    headers: {
      "content-type": "text/html; charset=utf-8", "content-security-policy": policy(script, formTargets), "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff",
    },
    text: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)} - ${site}</title><link rel="icon" type="image/svg+xml" href="${favicon}"><style>${style}</style></head>
<body><a class="skip" href="#content">${skip}</a><header lang="it">${site}</header><main id="content"><h1>${escaped(title)}</h1>${body}</main>${script ? `<script>${script}</script>` : ""}</body></html>`,
  };
}

/** Sends a page. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  const { headers, text } = writtenPage(page);
  return reply.status(status).headers(headers).send(text);
}
