/** The payment service provider that the sandbox plays. Fictitious. */
export const psp = {
  id: "ABI99998",
  fiscalCode: "99999000013",
  name: "Banca di prova della sandbox",
  brokerId: "99999000013",
  channelId: "99999000013_01",
  channelDescription: "sandbox",
  bic: "BPSAITR1XXX",
} as const;
