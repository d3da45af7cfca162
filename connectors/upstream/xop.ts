import { Unreadable } from "./failures.ts";

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

/** The most parts that a message may have. */
const manyParts = 100;

/**
 * The XML of an HTTP body: the body itself, or of a multipart message (MTOM, XOP 1.0) its root with every other part put
 * where it is included, in base64, as if it had never been sent apart. Throws `Unreadable` when the parts do not fit.
 */
export function xmlOf(contentType: unknown, body: Buffer): string {
  if (typeof contentType !== "string" || !/^multipart\/related\b/i.test(contentType)) return body.toString("utf8");
  const parts = partsOf(parameter(contentType, "boundary"), body);
  const start = parameter(contentType, "start");
  const root = (start === undefined ? undefined : parts.find(part => idOf(part) === start)) ?? parts[0]!;
  return root.content.toString("utf8").replace(
    /<((?:[\w.-]+:)?Include)\b[^>]*\bhref\s*=\s*["']cid:([^"']+)["'][^>]*?(?:\/>|>\s*<\/\1\s*>)/g,
    (_, _name, cid: string) => {
      const part = parts.find(each => idOf(each) === `<${unescaped(cid)}>`);
      if (!part) throw new Unreadable("XOP_PART");
      return part.content.toString("base64");
    },
  );
}

function partsOf(boundary: string | undefined, body: Buffer): readonly Part[] {
  if (!boundary) throw new Unreadable("MIME_BOUNDARY");
  const parts: Part[] = [];
  const delimiter = `--${boundary}`;
  // What stands before the first delimiter is nobody's.
  let from = body.indexOf(delimiter);
  while (from !== -1) {
    const begin = from + delimiter.length;
    if (body.toString("latin1", begin, begin + 2) === "--") break;
    const end = body.indexOf(`\r\n${delimiter}`, begin);
    if (end === -1 || parts.length === manyParts) throw new Unreadable("MIME_PARTS");
    parts.push(partOf(body.subarray(begin, end)));
    from = end + 2;
  }
  if (parts.length === 0) throw new Unreadable("MIME_PARTS");
  return parts;
}

function partOf(bytes: Buffer): Part {
  const border = bytes.indexOf("\r\n\r\n");
  if (border === -1) throw new Unreadable("MIME_PART");
  const lines = bytes.toString("latin1", 0, border).split("\r\n").filter(Boolean);
  const headers = new Map(lines.map(line => [line.slice(0, line.indexOf(":")).trim().toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  const content = bytes.subarray(border + 4);
  return { headers, content: headers.get("content-transfer-encoding")?.toLowerCase() === "base64" ? Buffer.from(content.toString("latin1"), "base64") : content };
}

const idOf = ({ headers }: Part): string | undefined => headers.get("content-id");

const parameter = (contentType: string, name: string): string | undefined => {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]*))`, "i").exec(contentType);
  return found?.[1] ?? found?.[2];
};

function unescaped(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    throw new Unreadable("XOP_PART");
  }
}
