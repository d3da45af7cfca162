import { z } from "zod";
import { identity, italianAddress } from "../registry/person.ts";
import { many, text } from "../registry/words.ts";
import type { Attachment, Declaration, DeclarationKind, DeclarationSummary } from "./office.ts";
import { requestHeader, type Message } from "./request.ts";
import type { RegistryCall } from "./registry.ts";
import type { RegistrySettings } from "./settings.ts";

/** The registry's numbers of what citizens declare online. */
const kindCodes = { CORRECTION: "1", RESIDENCE_CHANGE: "2", ENROLMENT: "4", ELECTORAL_ENROLMENT: "5" } as const satisfies Record<Exclude<DeclarationKind, "OTHER">, string>;
const kinds: ReadonlyMap<string, DeclarationKind> = new Map(Object.entries(kindCodes).map(([kind, code]) => [code, kind as DeclarationKind]));
const kindOf = (code: string): DeclarationKind => kinds.get(String(Number(code))) ?? "OTHER";

const contactKinds = { 1: "EMAIL", 2: "CERTIFIED_EMAIL", 3: "MOBILE", 4: "PHONE" } as const;
const formats = { pdf: "1" } as const;

/** The question of operation P001: declarations opened between two days. An empty state means any. */
export const declarationsRequest = (settings: RegistrySettings, filter: { readonly kind: keyof typeof kindCodes; readonly from: string; readonly to: string; readonly state?: string }, call: RegistryCall, now: Date): Message => ({
  testataRichiesta: requestHeader(settings, "P001", call, now),
  criteriRicerca: { dataIniziale: filter.from, dataFinale: filter.to, idTipologia: kindCodes[filter.kind], idStatoRichiesta: filter.state ?? "" },
});

/** The question of operation P002: one declaration. Throws for a code that is none. */
export function declarationRequest(settings: RegistrySettings, code: string, call: RegistryCall, now: Date): Message {
  if (!/^\d{1,30}$/.test(code)) throw new RangeError("a declaration's code is up to 30 digits");
  return { testataRichiesta: requestHeader(settings, "P002", call, now), criteriRicerca: { codiceRichiesta: code } };
}

const optional = text.nullish().transform(value => value || null);
const instant = text.transform((value, context) => {
  const read = new Date(value);
  if (!Number.isNaN(read.getTime())) return read;
  context.addIssue({ code: "custom", message: "no instant" });
  return z.NEVER;
});
const optionalInstant = instant.nullish().transform(value => value ?? null);
const content = text.transform(value => Buffer.from(value, "base64"));

const summary = z.object({
  codiceRichiesta: text, idStatoRichiesta: text, idTipologia: text, dataApertura: instant, dataChiusura: optionalInstant,
  codiceFiscaleSoggettoRichiedente: z.object({ codFiscale: text }).nullish(),
}).transform((read): DeclarationSummary => ({
  code: read.codiceRichiesta, kind: kindOf(read.idTipologia), state: read.idStatoRichiesta, openedAt: read.dataApertura, closedAt: read.dataChiusura,
  fiscalCode: read.codiceFiscaleSoggettoRichiedente?.codFiscale.toUpperCase() ?? null,
}));

/** What an answer of operation P001 holds beside its header. The library gives an empty list as an empty text. */
export const declarationsShape = { elenco: z.union([z.object({ richiesta: many(summary) }), z.literal("")]).nullish() };
export const declarationsOf = ({ elenco }: z.infer<z.ZodObject<typeof declarationsShape>>): readonly DeclarationSummary[] => (elenco ? elenco.richiesta : []);

const attachment = z.object({ nomeFile: optional, idFormatoFile: text, contenuto: content })
  .transform((read): Attachment => ({ name: read.nomeFile, pdf: String(Number(read.idFormatoFile)) === formats.pdf, content: read.contenuto }));

const state = z.object({ idStato: text, dataStato: instant, note: optional }).transform(read => ({ state: read.idStato, at: read.dataStato, note: read.note }));
const listOf = <T extends z.ZodType>(name: string, element: T) => z.preprocess((value): unknown => (value === "" ? {} : value), z.object({ [name]: many(element) })).transform(read => read[name] as z.output<T>[]);

const residence = z.object({
  tipoFamiglia: text,
  componentiCoinvolti: listOf("componente", z.object({ idSchedaSoggettoANPR: text, statoAccettazione: text })),
  indirizzo: z.object({ civico: optional, scala: optional, piano: optional, interno: optional, esponente: optional }).loose(),
}).transform(({ tipoFamiglia, componentiCoinvolti, indirizzo }) => {
  const { civico, scala, piano, interno, esponente, ...place } = indirizzo;
  return {
    address: italianAddress.parse({ ...place, numeroCivico: { numero: civico, esponente1: esponente, civicoInterno: { scala, piano, interno1: interno } } }),
    newHousehold: tipoFamiglia === "2",
    members: componentiCoinvolti.map(member => ({ card: member.idSchedaSoggettoANPR, accepted: member.statoAccettazione === "1" })),
  };
});

const detail = z.object({
  codiceRichiesta: text, idTipologia: text, dataApertura: instant, dataChiusura: optionalInstant, dataScadenza: optionalInstant, dataUltimoAggiornamento: instant,
  statoRichiestaCorrente: state,
  recapiti: listOf("recapito", z.object({ idTipologiaRecapito: text, valoreRecapito: text })),
  identificativi: z.object({ idANPR: text }).nullish(),
  soggettoRichiedente: identity,
  storicoStati: listOf("statoRichiesta", state),
  riepilogoRichiesta: attachment,
  allegati: listOf("allegato", attachment),
  datiDichiarazioneResidenza: residence.nullish(),
});

/** What an answer of operation P002 holds beside its header. */
export const declarationShape = { dettaglio: detail.nullish() };

/** The declaration of an answer; null when there is none of that code. */
export function declarationOf({ dettaglio: read }: z.infer<z.ZodObject<typeof declarationShape>>): Declaration | null {
  if (!read) return null;
  return {
    code: read.codiceRichiesta, kind: kindOf(read.idTipologia), state: read.statoRichiestaCorrente.state, openedAt: read.dataApertura, closedAt: read.dataChiusura,
    declarant: read.soggettoRichiedente, registryId: read.identificativi?.idANPR ?? null, dueAt: read.dataScadenza, changedAt: read.dataUltimoAggiornamento,
    contacts: read.recapiti.map(({ idTipologiaRecapito, valoreRecapito }) => ({ kind: contactKinds[Number(idTipologiaRecapito) as keyof typeof contactKinds] ?? "OTHER", value: valoreRecapito })),
    history: [...read.storicoStati].sort((one, other) => one.at.getTime() - other.at.getTime()),
    summary: read.riepilogoRichiesta, attachments: read.allegati,
    ...(read.datiDichiarazioneResidenza ? { residence: read.datiDichiarazioneResidenza } : {}),
  };
}
