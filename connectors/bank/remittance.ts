/**
 * What the causale of a credit transfer of pagoPA names: the flow that explains it, or the one payment that it is. `NOTHING`
 * is left of one that was cut off before the name, and `SEVERAL` are named by a booking that cannot be told apart.
 */
export type Remittance = { readonly flowName: string } | { readonly iuv: string } | { readonly names: "NOTHING" | "SEVERAL" };

/**
 * Reads a causale; null when it is none of pagoPA's.
 *
 * A provider that wires many payments in one writes `/PUR/LGPE-RIVERSAMENTO/URI/<flow>`; one that wires a single payment
 * writes its causale, `/RFB/<IUV>` or, for an IUV after ISO 11649, `/RFS/<IUV>`, with or without amount and text (SACI,
 * transfer of funds). Banks put words before and behind, blanks for strokes, and break the name of a flow after its date.
 */
export function readRemittance(causale: string): Remittance | null {
  const text = causale.replaceAll(/[\r\n]/g, "");
  const flow = /LGPE-RIVERSAMENTO.(?:TXT.\d.)?URI.([A-Z\d_-]{1,35})(?: ([A-Z\d_-]{1,25}))?/i.exec(text);
  if (flow) return { flowName: /^\d{4}-\d{2}-\d{2}$/.test(flow[1]!) ? flow[1]! + (flow[2] ?? "") : flow[1]! };
  const single = /(?:^|[/ ])RF[SB][/ ]((?:RF\d{2}[A-Z\d]{1,21}|\d{15,17}))(?![A-Z\d])/i.exec(text);
  if (single) return { iuv: single[1]!.toUpperCase() };
  return /LGPE-RIVERSAM/i.test(text) ? { names: "NOTHING" } : null;
}

/** What several causali of one booking name together; null when none of them is pagoPA's. */
export function readRemittances(causali: readonly string[]): Remittance | null {
  const read = causali.map(readRemittance).filter(each => each !== null);
  const named = new Map(read.filter(each => !("names" in each)).map(each => [JSON.stringify(each).toUpperCase(), each]));
  if (named.size > 1) return { names: "SEVERAL" };
  // One that was cut in two between transactions is whole only together.
  return [...named.values()][0] ?? readRemittance(causali.join(" ")) ?? null;
}
