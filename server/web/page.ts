import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe for HTML, in elements and in quoted attributes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => escapes[character]!);

const style = `
  :root { color-scheme: light; font: 18px/1.5 "Titillium Web", system-ui, sans-serif; color: #17324d; background: #fff }
  body { margin: 0 } header { background: #0066cc; color: #fff; padding: .75rem 1rem; font-weight: 600 }
  main { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.75rem; line-height: 1.2 }
  a, button { font: inherit } a { color: #0059b3 }
  .button { display: inline-block; background: #0066cc; color: #fff; border: 0; border-radius: 4px; padding: .75rem 1.5rem; text-decoration: none; cursor: pointer }
  .button:focus-visible, a:focus-visible { outline: 3px solid #ff9900; outline-offset: 2px }
  ul.choices { list-style: none; padding: 0 } ul.choices li { margin: .75rem 0 }`;

const hashOf = (content: string): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

/** What a page may run and load: what it carries itself, and forms to the addresses named. */
const policy = (script: string | undefined, formTargets: readonly string[]): string =>
  `default-src 'none'; style-src ${hashOf(style)}; script-src ${script ? hashOf(script) : "'none'"}; form-action 'self' ${formTargets.join(" ")}; base-uri 'none'; frame-ancestors 'none'`;

/** One plain page for people. `body` is HTML whose variable parts were escaped. */
export interface Page {
  readonly title: string;
  readonly body: string;
  readonly script?: string;
  readonly formTargets?: readonly string[];
  readonly language?: "it" | "en";
}

/** Sends a page, in the look of Italian public services and without anything from elsewhere. */
export function sendPage(reply: FastifyReply, status: number, { title, body, script, formTargets = [], language = "it" }: Page): FastifyReply {
  return reply.status(status)
    .header("content-type", "text/html; charset=utf-8").header("content-security-policy", policy(script, formTargets))
    .header("cache-control", "no-store").header("referrer-policy", "no-referrer").header("x-content-type-options", "nosniff")
    .send(`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head>
<body><header>Sportello unico del cittadino</header><main><h1>${escaped(title)}</h1>${body}</main>${script ? `<script>${script}</script>` : ""}</body></html>`);
}
