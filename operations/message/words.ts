import { messageLimits } from "../../connectors/io/index.ts";
import type { Language } from "../../entities/citizen.ts";

/** What a message says, in one language: sentences without markup. */
export interface Words {
  /** Without personal data, of any length. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

/** The address of the counter, and the words of the link to it. */
export interface Door {
  readonly url: string;
  readonly label: string;
}

/** The subject as a channel takes it: one line, cut at 120 characters where it is longer, at the end of a word where there is one. */
export function subjectLine(subject: string): string {
  const line = plain(subject);
  const { most } = messageLimits.subject;
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${cut.replace(/(?<=.{40})\s+\S*$/u, "")}…`;
}

/** The text in App IO's Markdown. What comes from elsewhere stands there as it is, without being markup. */
export const markdownOf = ({ paragraphs }: Words, { url, label }: Door): string =>
  [...paragraphs.map(paragraph => shortened(plain(paragraph)).replace(/[\\`*_[\]<>|~]/g, "\\$&")), `[${label}](${url})`].join("\n\n");

/** The text of an e-mail, plain and in HTML that any program can show: no pictures, no styles to load, nothing that tells who read it. */
export function mailOf({ subject, paragraphs }: Words, { url, label }: Door, language: Language): { readonly text: string; readonly html: string } {
  const lines = paragraphs.map(plain);
  const lang = language.toLowerCase();
  return {
    text: `${[...lines, `${label}: ${url}`].join("\n\n")}\n`,
    html: `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(plain(subject))}</title></head>`
      + `<body style="font:1rem/1.5 sans-serif;color:#17324d;background:#fff"><h1 style="font-size:1.4rem">${escaped(plain(subject))}</h1>${lines.map(line => `<p>${escaped(line)}</p>`).join("")}`
      + `<p><a href="${escaped(url)}" style="color:#0059b3">${escaped(label)}</a></p></body></html>`,
  };
}

/** One line without control characters, and without orders to write backwards, which would make an amount read as another. */
const plain = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();

/** No sentence of ours is as long: what is comes from elsewhere, and must not use up the message. */
const shortened = (text: string): string => (text.length > 1_000 ? `${text.slice(0, 999).replace(/[\uD800-\uDBFF]$/, "")}…` : text);

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => escapes[character]!);
