import { z } from "zod";
import { relationCodeOf } from "../../registry/codes.ts";
import { many, optional } from "../../registry/words.ts";
import { SourceMalformed } from "../../upstream.ts";
import type { Statement, Verdict } from "../verifier.ts";
import type { Entry } from "./answer.ts";
import type { EService } from "./e-services.ts";
import { remarkNumbers } from "./person.ts";
import { fillersOf, municipalityOf, nameOf, type Message } from "./request.ts";

/** The e-service that answers a statement by yes or no. */
export const verifiers: Readonly<Record<Statement["kind"], EService>> = { IDENTITY: "C003", ALIVE: "C007", RESIDENCE: "C008", HOUSEHOLD: "C009" };

const residenceKind = "1";
const familyKind = "3";

/** A statement in the registry's words; being alive is stated by asking. */
export function statementIn(statement: Statement): Message | undefined {
  switch (statement.kind) {
    case "ALIVE":
      return undefined;
    case "IDENTITY": {
      const { sex, birth } = statement;
      const born = birth && { dataNascita: birth.date, ...fillersOf(birth.precision), ...(birth.municipality ? { luogoNascita: { comune: municipalityOf(birth.municipality) } } : {}) };
      return { generalita: { ...nameOf(statement), ...(sex ? { sesso: sex } : {}), ...born } };
    }
    case "RESIDENCE":
      return { residenza: { tipoIndirizzo: residenceKind, indirizzo: addressIn(statement) } };
    case "HOUSEHOLD":
      return { listaSoggetti: { datiSoggetto: statement.members.map(memberIn) } };
  }
}

function addressIn({ municipality, postalCode, street, houseNumber, houseLetter, stair, flat }: Extract<Statement, { kind: "RESIDENCE" }>): Message {
  const inside = { ...(stair ? { scala: stair } : {}), ...(flat ? { interno1: flat } : {}) };
  const number = { ...(houseNumber ? { numero: houseNumber } : {}), ...(houseLetter ? { lettera: houseLetter } : {}), ...(stair || flat ? { civicoInterno: inside } : {}) };
  return {
    ...(postalCode ? { cap: postalCode } : {}),
    comune: municipalityOf(municipality),
    ...(street ? { toponimo: { specie: street.kind, denominazioneToponimo: street.name } } : {}),
    ...(Object.keys(number).length > 0 ? { numeroCivico: number } : {}),
  };
}

function memberIn({ sex, birthDate, relation, ...name }: Extract<Statement, { kind: "HOUSEHOLD" }>["members"][number]): Message {
  const code = relationCodeOf(relation);
  if (code === undefined) throw new RangeError("the registry has no number for this tie");
  return { generalita: { ...nameOf(name), sesso: sex, dataNascita: birthDate }, legameSoggetto: { tipoLegame: familyKind, codiceLegame: code } };
}

const judged = z.object({ infoSoggettoEnte: many(z.object({ id: optional, valore: z.enum(["S", "N", "A"]).nullish() })) });

/**
 * The answer to a statement: no when any part of it is not so, yes when all that was judged is. Whether the person is
 * alive is remarked in every answer and is part of none but its own. Throws `SourceMalformed` when nothing was judged.
 */
export function verdictIn(kind: Statement["kind"], people: readonly Entry[]): Verdict {
  const remarks = people.flatMap(entry => judged.parse(entry).infoSoggettoEnte);
  const values = remarks.filter(({ id }) => kind === "ALIVE" || id !== remarkNumbers.alive).flatMap(({ valore }) => valore ?? []);
  if (values.length === 0) throw new SourceMalformed("ANPR", "infoSoggettoEnte:missing");
  return values.includes("N") ? "NO" : values.includes("A") ? "NOT_APPLICABLE" : "YES";
}
