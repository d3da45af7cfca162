import { z } from "zod";
import { text } from "../registry/words.ts";
import type { Certificate, CertificateKind, CertificateRequest, NamedPerson } from "./office.ts";
import { requestHeader, type Message } from "./request.ts";
import type { RegistryCall } from "./registry.ts";
import type { RegistrySettings } from "./settings.ts";

/** The registry's numbers of certificates (its table 13). */
const kindCodes: Readonly<Record<CertificateKind, string>> = {
  BIRTH: "1", DEATH: "2", MARRIAGE: "3", CANCELLATION: "4", CITIZENSHIP: "5", CITIZENSHIP_HISTORY: "6", LIFE: "7", RESIDENCE: "8", RESIDENCE_HISTORY: "9",
  RESIDENCE_ABROAD: "10", CIVIL_STATUS: "11", HOUSEHOLD: "12", HOUSEHOLD_AND_CIVIL_STATUS: "13", RESIDENCE_IN_COMMUNITY: "14", HOUSEHOLD_ABROAD: "15",
  HOUSEHOLD_WITH_KINSHIP: "16", FREE_STATUS: "17", CIVIL_UNION: "18", COHABITATION_CONTRACT: "19", RESIDENCE_HISTORY_AT_DATE: "20",
};

const preview = "3";
const channels = { COUNTER: "1", ONLINE: "2" } as const;
const payments = { VIRTUALLY: "1", BY_STAMP: "2", OTHERWISE: "9" } as const;

/** A question of operation 6001: a certificate, as a preview or issued. */
export function certificateRequest(settings: RegistrySettings, request: CertificateRequest, issue: boolean, call: RegistryCall, now: Date): Message {
  const { kinds, holder, applicant, registrar, channel, abroad, duty, feeCents, despiteProceedings } = request;
  const other = typeof applicant === "string" ? undefined : applicant;
  return {
    testataRichiesta: requestHeader(settings, "6001", call, now),
    listaTipiCertificati: { tipoCertificato: kinds.map(kind => kindCodes[kind]) },
    ...(other ? { generalitaRichiedente: { generalita: named(other), ...(other.document ? { docRiconoscimento: { estDocRiconoscimento: other.document.description, dataRilascio: other.document.issuedOn } } : {}) } } : {}),
    soggettoIntestatario: { generalita: named(holder) },
    datiControllo: {
      cognomeUffAnagrafe: registrar.familyName,
      nomeUffAnagrafe: registrar.givenName,
      tipoRichiedente: applicant === "HOLDER" ? "2" : applicant === "ADMINISTRATION" ? "3" : "1",
      tipoRichiesta: "1",
      paEstera: abroad ? "1" : "0",
      emissione: issue ? channels[channel] : preview,
      bollo: String("cents" in duty ? duty.cents : 0),
      ...("cents" in duty ? { bolloVirtuale: payments[duty.paid] } : {}),
      diritti: String(feeCents),
      ...("exemption" in duty ? { esenzioneBollo: String(duty.exemption), ...(duty.text === undefined ? {} : { descrizioneEsenzioneBollo: duty.text }) } : {}),
      ...(despiteProceedings ? { forzaCertificazione: "1" } : {}),
    },
  };
}

const named = ({ fiscalCode, familyName, givenName, sex, birthDate }: NamedPerson): Message => ({
  ...(fiscalCode === null ? {} : { codiceFiscale: { codFiscale: fiscalCode } }),
  ...(familyName === null ? { senzaCognome: "1" } : { cognome: familyName }),
  ...(givenName === null ? { senzaNome: "1" } : { nome: givenName }),
  ...(sex ? { sesso: sex } : {}),
  ...(birthDate === undefined ? {} : { dataNascita: birthDate }),
});

const pdf = text.transform((value, context) => {
  const content = Buffer.from(value, "base64");
  if (content.subarray(0, 5).toString("latin1") === "%PDF-") return content;
  context.addIssue({ code: "custom", message: "no PDF" });
  return z.NEVER;
});

/** What an answer of operation 6001 holds beside its header. */
export const certificateShape = {
  protocolloANPR: z.object({ numeroProtocolloANPR: text }).nullish(),
  parametriRichiesta: z.object({ emissione: text }),
  file: z.object({ certificatoPdf: pdf }),
};

/** The certificate of an answer. */
export const certificateOf = ({ protocolloANPR, parametriRichiesta, file }: z.infer<z.ZodObject<typeof certificateShape>>): Certificate => ({
  pdf: file.certificatoPdf,
  number: parametriRichiesta.emissione === preview ? null : (protocolloANPR?.numeroProtocolloANPR ?? null),
});
