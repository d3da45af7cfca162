import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Answer } from "../deliver.ts";
import type { Resident } from "../people.ts";
import type { World } from "../world.ts";
import { answers } from "./e-services.ts";
import { Stopped } from "./problem.ts";
import type { ServiceCode } from "./settings.ts";
import { statedIn, Unanswerable } from "./statements.ts";
import { isDead } from "./subject.ts";

const text = z.string().optional();
const place = z.object({ comune: z.object({ nomeComune: text, codiceIstat: text, siglaProvinciaIstat: text }).optional(), localita: z.object({ codiceStato: text }).optional() });
const question = z.object({
  idOperazioneClient: z.string(),
  criteriRicerca: z.object({
    codiceFiscale: text, idANPR: text, cognome: text, senzaCognome: text, nome: text, senzaNome: text, sesso: text,
    datiNascita: z.object({ dataEvento: text, senzaGiorno: text, senzaGiornoMese: text, luogoNascita: place.optional() }).optional(),
  }),
  verifica: z.record(z.string(), z.unknown()).optional(),
  datiRichiesta: z.object({ dataRiferimentoRichiesta: z.string(), motivoRichiesta: z.string(), casoUso: z.string() }),
});

type Question = z.infer<typeof question>;
type Criteria = Question["criteriRicerca"];

interface Anomaly { readonly code: string; readonly type: "E" | "W"; readonly text: string }

const texts: Readonly<Record<string, string>> = {
  EN079: "id operazione comune gia' presente per un servizio diverso",
  EN095: "La richiesta per dati di un soggetto ha individuato piu' cittadini: restringere i parametri della ricerca",
  EN122: "La richiesta effettuata non produce alcun risultato",
};
const byCodeWarning: Anomaly = { code: "EN148", type: "W", text: "Il D.M. Ministero dell'Interno 3 marzo 2023 (art.3 comma 3) prevede l'accesso ad ANPR esclusivamente con identificativo unico nazionale (ID ANPR)" };
const storedAnswers = 20_000;

/** The residents' registry behind its e-services: who is meant, what is told, and answers that were given before. */
export class RegistryOfPeople {
  private readonly byFiscalCode: ReadonlyMap<string, Resident>;
  private readonly byId: ReadonlyMap<string, Resident>;
  private readonly byHousehold: ReadonlyMap<string, readonly Resident[]>;
  private readonly given = new Map<string, { readonly service: ServiceCode; readonly answer: Answer }>();
  private count = 58_370_926;

  constructor(private readonly world: Pick<World, "people">) {
    this.byFiscalCode = new Map(world.people.map(person => [person.fiscalCode, person]));
    this.byId = new Map(world.people.map(person => [person.registryId, person]));
    this.byHousehold = Map.groupBy(world.people, ({ householdId }) => householdId);
  }

  /** Answers the JSON of a request that the gateway let pass. Throws `Stopped` when its content is not in the contract. */
  answer(service: ServiceCode, body: unknown): Answer {
    const read = question.safeParse(body);
    if (!read.success) throw new Stopped("InvalidRequestContent", "not in the contract", `: Validation error(s) :\n${read.error.issues.map(({ path, code }) => `body.${path.join(".")}: ${code}`).join("\n")}`);
    const { idOperazioneClient: number, datiRichiesta } = read.data;
    const wrong = faultIn(service, number, datiRichiesta);
    if (wrong) return this.refuse(400, wrong);
    const before = this.given.get(number);
    if (before) return before.service === service ? before.answer : this.refuse(400, { code: "EN079", type: "E", text: texts["EN079"]! });
    const answer = this.tell(service, read.data);
    this.given.set(number, { service, answer });
    const oldest = this.given.size > storedAnswers ? this.given.keys().next().value : undefined;
    if (oldest !== undefined) this.given.delete(oldest);
    return answer;
  }

  /** The registry's own refusal: its code decides the status. */
  refuseWith(code: string): Answer {
    const status = code === "EN122" ? 404 : code === "999" ? 500 : 400;
    return this.refuse(status, { code, type: "E", text: texts[code] ?? "Operazione non effettuabile" });
  }

  private tell(service: ServiceCode, { criteriRicerca, verifica, datiRichiesta }: Question): Answer {
    const warnings = service !== "C030" && !criteriRicerca.idANPR ? [byCodeWarning] : [];
    const day = datiRichiesta.dataRiferimentoRichiesta;
    const found = this.find(service, criteriRicerca).filter(person => person.birthDate <= day);
    try {
      if (found.length > 1 && service !== "C030") return this.refuse(400, { code: "EN095", type: "E", text: texts["EN095"]! });
      const entries = found.flatMap(person => answers[service]({
        person, day, stated: statedIn(verifica), byId: id => this.byId.get(id ?? ""),
        household: (this.byHousehold.get(person.householdId) ?? []).filter(each => each === person || !isDead(each, day)),
      }));
      if (entries.length === 0) return this.refuse(404, { code: "EN122", type: "E", text: texts["EN122"]! }, ...warnings);
      return json(200, { idOperazioneANPR: this.number(), listaSoggetti: { datiSoggetto: entries }, ...(warnings.length > 0 ? { listaAnomalie: warnings.map(anomaly) } : {}) });
    } catch (error) {
      if (!(error instanceof Unanswerable)) throw error;
      return this.refuse(400, { code: "EN148", type: "E", text: error.message });
    }
  }

  /** Who is meant: by identifier (which the look-up of identifiers does not take), by fiscal code, or by everything that a person is born with. */
  private find(service: ServiceCode, criteria: Criteria): readonly Resident[] {
    const one = (person: Resident | undefined) => (person ? [person] : []);
    if (criteria.idANPR && service !== "C030") return one(this.byId.get(criteria.idANPR));
    if (criteria.codiceFiscale) return one(this.byFiscalCode.get(criteria.codiceFiscale.toUpperCase()));
    return isWhole(criteria) ? this.world.people.filter(person => isMeant(person, criteria)) : [];
  }

  private refuse(status: number, ...anomalies: readonly Anomaly[]): Answer {
    return json(status, { idOperazioneANPR: this.number(), listaErrori: anomalies.map(anomaly) });
  }

  /** The registry's own number: of digits before a change of its platform, a UUID after it; both are still seen. */
  private number(): string {
    this.count += 1;
    return this.count % 2 === 0 ? randomUUID() : String(this.count);
  }
}

function faultIn(service: ServiceCode, number: string, { casoUso, motivoRichiesta, dataRiferimentoRichiesta: day }: Question["datiRichiesta"]): Anomaly | undefined {
  const wrong = (message: string): Anomaly => ({ code: "EN148", type: "E", text: message });
  if (!/^[0-9a-zA-Z]{1,30}$/.test(number)) return wrong("idOperazioneClient deve essere alfanumerico, al massimo 30 caratteri");
  if (casoUso !== service) return wrong(`Ente non abilitato o caso uso inesistente : ${/^\w{1,8}$/.test(casoUso) ? casoUso : ""}`);
  if (motivoRichiesta.trim() === "") return wrong("motivoRichiesta obbligatorio");
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? undefined : wrong("dataRiferimentoRichiesta non valida");
}

const fold = (name: string | undefined): string => (name ?? "").trim().toLocaleUpperCase("it");

const isWhole = ({ cognome, senzaCognome, nome, senzaNome, sesso, datiNascita }: Criteria): boolean =>
  Boolean((cognome || senzaCognome) && (nome || senzaNome) && sesso && datiNascita?.dataEvento && datiNascita.luogoNascita);

function isMeant(person: Resident, { cognome, nome, sesso, datiNascita }: Criteria): boolean {
  const known = datiNascita?.senzaGiornoMese ? 4 : datiNascita?.senzaGiorno ? 7 : 10;
  const { comune, localita } = datiNascita?.luogoNascita ?? {};
  return fold(person.familyName) === fold(cognome) && fold(person.givenName) === fold(nome) && person.sex === sesso
    && person.birthDate.slice(0, known) === datiNascita?.dataEvento?.slice(0, known)
    && (comune?.codiceIstat ? comune.codiceIstat === person.birthPlace.istatCode : localita?.codiceStato === person.birthCountry?.code);
}

const anomaly = ({ code, type, text: message }: Anomaly): object => ({ codiceErroreAnomalia: code, tipoErroreAnomalia: type, testoErroreAnomalia: message });

const json = (status: number, body: object): Answer => ({ status, contentType: status === 200 ? "application/json" : "application/problem+json", body: JSON.stringify(body) });
