import type { XmlDocument } from "libxml2-wasm";
import type { Resident } from "../people.ts";
import { documentOf } from "./document.ts";
import { documentPlace } from "./messages.ts";
import { fold, refused, type Outcome } from "./search.ts";
import { particulars } from "./subject.ts";
import { leaf, node } from "./xml.ts";

const titles: Readonly<Record<string, string>> = {
  1: "di nascita", 2: "di morte", 3: "di matrimonio", 4: "di cancellazione", 5: "di cittadinanza", 6: "storico di cittadinanza", 7: "di esistenza in vita",
  8: "di residenza", 9: "storico di residenza", 10: "di residenza AIRE", 11: "di stato civile", 12: "di stato di famiglia", 13: "di stato di famiglia e di stato civile",
  14: "di residenza in convivenza", 15: "di stato di famiglia AIRE", 16: "di stato di famiglia con rapporti di parentela", 17: "di stato libero", 18: "di unione civile",
  19: "di contratto di convivenza", 20: "storico di residenza alla data",
};
/** Kinds that stand on a sheet alone. */
const alone = ["2", "4", "6", "9", "20"];
const deadOnly = ["2"];
const preview = "3", otherReason = "99";

/** The desk of the registry where certificates are made: previews without number, the issued ones numbered one after the other. */
export class CertificateDesk {
  /** How many were issued, ever. */
  private issued = 0;

  constructor(private readonly people: readonly Resident[]) {}

  /** Answers a `Richiesta6001` that the schema has accepted. */
  certify(request: XmlDocument): Outcome {
    const text = (path: string): string => request.get(`/*/${path}`)?.content ?? "";
    const control = (name: string) => text(`datiControllo/${name}`);
    const kinds = request.find("/*/listaTipiCertificati/tipoCertificato").map(({ content }) => String(Number(content)));
    const fault = faultOf(kinds, control);
    if (fault) return refused(fault);
    const hits = this.people.filter(person => named(person, name => text(`soggettoIntestatario/generalita/${name}`)));
    const [holder] = hits;
    if (!holder) return refused("EN122");
    if (hits.length > 1) return refused("EN043");
    if (holder.deathDate !== undefined && !kinds.every(kind => deadOnly.includes(kind))) return refused("EN228");
    if (kinds.includes("5") && holder.citizenship.code !== "100") return refused("EN110");
    return this.make(holder, kinds, control);
  }

  private make(holder: Resident, kinds: readonly string[], control: (name: string) => string): Outcome {
    const previewed = control("emissione") === preview;
    if (!previewed) this.issued += 1;
    const number = String(4_078_000_000 + this.issued);
    const lines = [
      previewed ? "ANTEPRIMA" : "FAC-SIMILE", "Anagrafe nazionale della popolazione residente (simulata)",
      ...kinds.map(kind => `Certificato ${titles[kind]}`), `${holder.familyName} ${holder.givenName}`, ...(previewed ? [] : [`Protocollo ${number}`]),
    ];
    const repeated = ["tipoRichiedente", "tipoRichiesta", "paEstera", "emissione", "bollo", "bolloVirtuale", "esenzioneDiritti", "diritti", "esenzioneBollo", "descrizioneEsenzioneBollo", "forzaCertificazione"];
    return {
      content: node("listaTipiCertificato", ...kinds.map(kind => leaf("tipoCertificato", kind)))
        + node("soggettoIntestatario", particulars("generalita", holder))
        + (previewed ? "" : node("protocolloANPR", leaf("numeroProtocolloANPR", number)))
        + node("parametriRichiesta", ...repeated.map(name => leaf(name, control(name))))
        + node("file", node("certificatoPdf", documentPlace(0))),
      warnings: [],
      documents: [documentOf(lines)],
    };
  }
}

/** What is wrong with a request, whoever it is about. */
function faultOf(kinds: readonly string[], control: (name: string) => string): string | undefined {
  if (kinds.some(kind => !(kind in titles))) return "EN148";
  if (control("tipoRichiesta") !== "1" && !kinds.every(kind => kind === "6" || kind === "9")) return "EN174";
  if (kinds.length > 1 && kinds.some(kind => alone.includes(kind))) return "EN153";
  const [duty, reason] = [Number(control("bollo")), control("esenzioneBollo")];
  const exempt = reason !== "" && Number(reason) !== 0;
  if (duty === 0 && !exempt) return "EN208";
  if ((duty > 0 && exempt) || (reason === otherReason && control("descrizioneEsenzioneBollo") === "")) return "EN123";
  return undefined;
}

/** Whether a person is the one whom a request names: by fiscal code where it gives one, and by all else that it gives. */
function named(person: Resident, given: (name: string) => string): boolean {
  const code = given("codiceFiscale/codFiscale").toUpperCase();
  const day = given("dataNascita").slice(0, 10);
  return (code === "" || code === person.fiscalCode) && fold(given("cognome")) === fold(person.familyName) && fold(given("nome")) === fold(person.givenName)
    && (given("sesso") === "" || given("sesso").toUpperCase() === person.sex) && (day === "" || day === person.birthDate);
}
