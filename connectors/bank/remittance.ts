/**
 * What the causale of a credit transfer of pagoPA names: the flow that explains it, or the one payment that it is. `NOTHING`
 * is left of one that was cut off before the name, and `SEVERAL` are named by a booking that cannot be told apart. A flow's
 * name that blanks or lines part, or that a text follows, can be read in more than one way: the others are `otherNames`.
 */
export type Remittance = NamedFlow | { readonly iuv: string } | { readonly names: "NOTHING" | "SEVERAL" };

interface NamedFlow {
  readonly flowName: string;
  readonly otherNames?: readonly string[];
}

/** The longest name that a flow has. */
const longestName = 35;

/** A word wherever a bank broke it. */
const broken = (word: string): string => [...word].join("\\s{0,9}");

/** The parts of the causale stand between strokes, or whatever the bank writes for them; what may belong to the name is its first group. */
const flow = new RegExp(`${broken("LGPE-RIVERSAMENTO")}[^A-Z\\d]{1,9}(?:TXT.\\d.)?${broken("URI")}[^A-Z\\d]{1,9}([A-Z\\d_-][\\w\\s-]{0,99})`, "gi");
const cutOff = new RegExp(broken("LGPE-RIVERSAM"), "i");
const single = /(?:^|[/ ])RF[SB][/ ](RF\d{2}[A-Z\d]{1,21}|\d{15,17})(?![A-Z\d])/i;
const brokenSingle = /(?:^|[/ ])RFB[/ ] ?((?:\d ?){17})(?![A-Z\d])/i;

/**
 * Reads a causale; null when it is none of pagoPA's.
 *
 * A provider that wires many payments in one writes `/PUR/LGPE-RIVERSAMENTO/URI/<flow>`; one that wires a single payment
 * writes its causale, `/RFB/<IUV>` or, for an IUV after ISO 11649, `/RFS/<IUV>`, with or without amount and text (SACI,
 * transfer of funds). Banks put words before and behind, blanks for strokes, and break lines wherever they end.
 */
export function readRemittance(causale: string): Remittance | null {
  const text = causale.replaceAll(/[\r\n]/g, "");
  const names = [text, causale].flatMap(each => [...each.matchAll(flow)].flatMap(([, written]) => readings(written!)));
  // A name begins with a date, and no date alone is one where more follows.
  const whole = names.filter(name => !/^\d{4}-\d{2}-\d{2}$/.test(name));
  const [flowName] = [...whole, ...names];
  if (flowName !== undefined) return namedFlow(flowName, whole);
  const iuv = (single.exec(text) ?? brokenSingle.exec(text))?.[1];
  if (iuv !== undefined) return { iuv: iuv.replaceAll(" ", "").toUpperCase() };
  return cutOff.test(text) ? { names: "NOTHING" } : null;
}

/** What may be the name: the first word, or it and those that follow, as long as a name can be. */
function readings(written: string): string[] {
  const words = written.split(/\s+/).filter(word => word !== "");
  const joined = words.map((_, last) => words.slice(0, last + 1).join(""));
  return joined.filter((name, last) => last === 0 || name.length <= longestName).map(name => name.slice(0, longestName));
}

function namedFlow(flowName: string, names: readonly string[]): NamedFlow {
  const otherNames = [...new Set(names)].filter(name => name !== flowName);
  return otherNames.length === 0 ? { flowName } : { flowName, otherNames };
}

/** What several causali of one booking name together; null when none of them is pagoPA's. */
export function readRemittances(causali: readonly string[]): Remittance | null {
  const read = causali.map(readRemittance).filter(each => each !== null);
  const flows = read.filter(each => "flowName" in each);
  const iuvs = read.filter(each => "iuv" in each);
  const named = new Set([...flows.map(each => each.flowName.toUpperCase()), ...iuvs.map(each => each.iuv)]);
  if (named.size > 1) return { names: "SEVERAL" };
  if (flows[0]) return namedFlow(flows[0].flowName, flows.flatMap(({ otherNames = [] }) => otherNames));
  // One that was cut in two between transactions is whole only together.
  return iuvs[0] ?? readRemittance(causali.join(" "));
}
