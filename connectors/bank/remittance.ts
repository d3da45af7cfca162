/** What the causale of a credit transfer of pagoPA names: the flow that explains it, or the one payment that it is. */
export type Remittance = { readonly flowName: string } | { readonly iuv: string };

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
  return single ? { iuv: single[1]!.toUpperCase() } : null;
}
