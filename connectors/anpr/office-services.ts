import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import { remarks } from "../registry/words.ts";
import type { Upstream } from "../upstream.ts";
import { answerOf, halfOf, positive, type Half } from "./answer.ts";
import { certificateOf, certificateRequest, certificateShape } from "./certificates.ts";
import { declarationOf, declarationRequest, declarationShape, declarationsOf, declarationsRequest, declarationsShape } from "./declarations.ts";
import type { Line, Send } from "./line.ts";
import type { Certificate, RegistryOffice } from "./office.ts";
import type { Message } from "./request.ts";
import type { RegistryAnswer, RegistryCall } from "./registry.ts";
import type { RegistrySettings } from "./settings.ts";
import { keepTables, rowsOf, tableRequest, tableShape } from "./tables.ts";

// A certificate's remarks stand under another name than everybody else's.
const certified = positive(certificateShape).extend({ listaAnomalie: z.object({ anomalie: remarks }).nullish().transform(list => list?.anomalie ?? []) });
const listed = positive(declarationsShape);
const detailed = positive(declarationShape);
const tabled = positive(tableShape);

/** Opens what only a municipality's registry office may ask, beside the questions about people: the same line, a guard of its own. */
export async function openOffice(line: Line, settings: RegistrySettings, upstream: Upstream, clock: Clock): Promise<RegistryOffice> {
  const [certify, tables, list, detail] = await Promise.all([
    line.open("certification.wsdl", "emissioneCertificato", "/ANPR6001ServizioCertificazione/AnprService6001"),
    line.open("tables.wsdl", "scarica_tabelle", "/ANPR7001ServizioScaricoTabelle/AnprService7001"),
    line.open("declarations.wsdl", "elenco", settings.declarationsPath),
    line.open("declarations.wsdl", "dettaglio", settings.declarationsPath),
  ]);

  const call = <T>(operation: string, kind: "read" | "write", send: Send, message: Message, names: readonly [ok: string, ko?: string], { signal }: Pick<RegistryCall, "signal">, read: (half: Half) => T): Promise<T> =>
    upstream.call<T>({ operation, kind, parse: half => read(half as Half), ...(signal ? { signal } : {}) }, async inner => halfOf(await send(message, inner), ...names));

  const certificate = (operation: string, issue: boolean): RegistryOffice["issueCertificate"] => async (request, asked): Promise<RegistryAnswer<Certificate>> =>
    call(operation, issue ? "write" : "read", certify, certificateRequest(settings, request, issue, asked, clock.now()), ["Risposta6001OK", "Risposta6001KO"], asked,
      half => answerOf(half, asked.operationId, clock.now(), certified, certificateOf));

  return {
    previewCertificate: certificate("previewCertificate", false),
    issueCertificate: certificate("issueCertificate", true),
    codeTable: keepTables(() => clock.now(), async (table, asked) =>
      call("codeTable", "read", tables, tableRequest(settings, table, asked, clock.now()), ["RispostaMultipla7001"], asked, half => answerOf(half, asked.operationId, clock.now(), tabled, rowsOf).value ?? [])),
    declarations: async (filter, asked) =>
      call("declarations", "read", list, declarationsRequest(settings, filter, asked, clock.now()), ["RispostaOKP001"], asked, half => answerOf(half, asked.operationId, clock.now(), listed, declarationsOf)),
    declaration: async (code, asked) =>
      call("declaration", "read", detail, declarationRequest(settings, code, asked, clock.now()), ["RispostaOKP002"], asked, half => answerOf(half, asked.operationId, clock.now(), detailed, declarationOf)),
    credentialUntil: line.credential.certificate.validToDate,
  };
}
