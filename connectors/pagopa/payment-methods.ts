/**
 * How people paid, in Italian: what providers tell the node (`cash` and its like), and the codes of the catalogue of
 * providers, which pagoPA's own payment page writes.
 */
const words: Readonly<Record<string, string>> = {
  cash: "Contanti", creditCard: "Carta di pagamento", bancomat: "Carta di debito (bancomat)", other: "Altro",
  CP: "Carta di pagamento", BBT: "Bonifico bancario di tesoreria", BP: "Bollettino postale", AD: "Addebito diretto", PO: "Presso il prestatore di servizi di pagamento", OBEP: "Home banking",
  MYBK: "MyBank", JIF: "Bancomat Pay", BPAY: "Bancomat Pay", PPAL: "PayPal", APPL: "Apple Pay", PPAY: "Postepay", RBPP: "Postepay",
  RPIC: "Conto Intesa Sanpaolo", RBPS: "SCRIGNO Internet Banking", RBPR: "Conto BancoPosta", RBPB: "Conto BancoPosta Impresa",
};

/** A payment method of a receipt in words for people; what is no code that was published stays as it is, for some providers write words themselves. */
export const methodInWords = (method: string): string => (Object.hasOwn(words, method) ? words[method]! : method);
