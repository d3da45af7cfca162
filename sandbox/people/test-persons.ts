import { cuneo, origins, towns } from "./places.ts";
import type { Draft, Register } from "./register.ts";

const password = "sportello";

const login = (username: string, number: number) => ({ username, password, email: `${username}@example.org`, phone: `+3930000000${number.toString().padStart(2, "0")}` });

/** Usernames of the persons with fixed data who can log in: what documentation and seeds name. */
export const testPersons = {
  /** Mother of two minors, head of her household. */
  ada: "ada.rossi",
  /** Ada's husband. */
  bruno: "bruno.ferrero",
  /** Lives alone. */
  elena: "elena.giordano",
  /** Citizen of another EU state, with a daughter. */
  ioana: "ioana.popescu",
  /** Citizen of a state outside the EU. */
  amadou: "amadou.diop",
  /** Widower whose fiscal code is omocodic: somebody else has the same data. */
  olindo: "olindo.marro",
  /** Works at the front office of the municipality. */
  franca: "franca.dutto",
  /** Officer of the local police, in charge of the limited traffic zone. */
  guido: "guido.garelli",
} as const;

/** Enters the persons with fixed data, before anybody drawn by chance, so that identifiers and codes never change. */
export function enterTestPersons(register: Register): void {
  const at = (kind: string, street: string, number: string) => ({ kind, street, number, postalCode: "12100" });
  const italian = (givenName: string, familyName: string, sex: "M" | "F", birthDate: string, known: Partial<Draft> = {}) =>
    register.draft({ givenName, familyName, sex, birthDate, birthPlace: cuneo, tie: "1", civilStatus: "1", ...known });

  const ada = italian("Ada", "Rossi", "F", "1984-03-12", { civilStatus: "2", login: login(testPersons.ada, 1) });
  const bruno = italian("Bruno", "Ferrero", "M", "1982-07-05", { tie: "2", civilStatus: "2", spouseId: ada.registryId, birthPlace: towns[1]!, login: login(testPersons.bruno, 2) });
  const ofBoth = { tie: "3", motherId: ada.registryId, fatherId: bruno.registryId };
  register.enter([
    { ...ada, spouseId: bruno.registryId },
    bruno,
    italian("Chiara", "Ferrero", "F", "2013-05-20", ofBoth),
    italian("Dario", "Ferrero", "M", "2018-09-14", ofBoth),
  ], "2012-04-02", at("via", "Roma", "28"));

  register.enter([italian("Elena", "Giordano", "F", "1995-11-02", { birthPlace: towns[8]!, login: login(testPersons.elena, 3) })], "2021-09-15", at("corso", "Nizza", "45"));

  const ioana = register.draft({ givenName: "Ioana", familyName: "Popescu", sex: "F", birthDate: "1990-06-18", tie: "1", civilStatus: "4", login: login(testPersons.ioana, 4) }, origins[0]);
  register.enter([
    ioana,
    register.draft({ givenName: "Sofia", familyName: "Popescu", sex: "F", birthDate: "2016-02-29", birthPlace: cuneo, citizenship: ioana.citizenship, tie: "3", civilStatus: "1", motherId: ioana.registryId }),
  ], "2014-10-01", at("via", "Savigliano", "12"));

  register.enter([register.draft({ givenName: "Amadou", familyName: "Diop", sex: "M", birthDate: "1988-01-25", tie: "1", civilStatus: "1", login: login(testPersons.amadou, 5) }, origins[4])], "2018-03-20", at("via", "Felice Cavallotti", "7"));

  // The first with these data keeps the plain code; Olindo, who came second, has a letter in place of the last digit.
  register.enter([italian("Olindo", "Marro", "M", "1941-08-30")], "1970-05-01", at("corso", "Dante", "61"));
  register.enter([italian("Olindo", "Marro", "M", "1941-08-30", { civilStatus: "3", login: login(testPersons.olindo, 6) })], "1968-09-14", at("viale", "degli Angeli", "3"));

  register.enter([italian("Franca", "Dutto", "F", "1978-12-08", { civilStatus: "4", login: login(testPersons.franca, 7) })], "2009-02-16", at("via", "Silvio Pellico", "19"));
  register.enter([italian("Guido", "Garelli", "M", "1975-04-23", { birthPlace: towns[2]!, login: login(testPersons.guido, 8) })], "2003-11-10", at("corso", "Francia", "104"));
}
