import { bornAtAge, dayBetween, referenceDay, shift } from "./dates.ts";
import { children, couple, settled } from "./families.ts";
import { abroad, cuneo, italy, origins } from "./places.ts";
import type { Register } from "./register.ts";

/** Enters the people whom registries get wrong: what a client must bear is all here, whatever the seed. */
export function enterSpecialCases(register: Register): void {
  enterDoubles(register);
  enterUnknownBirthdays(register);
  enterSingleNames(register);
  enterGaps(register);
  enterDead(register);
  for (const place of abroad) enterAbroad(register, place);
  enterCommunity(register, "Casa di riposo Santa Marta al Gesso", 14, [70, 97]);
  enterCommunity(register, "Monastero delle Sorelle della Stura", 7, [30, 85], "F");
}

/** Pairs, and one group of three, with the same name, sex, birth day and place: their fiscal codes differ by omocodia. */
function enterDoubles(register: Register): void {
  const twice = [["Giulia", "Bianchi", "F", "1991-01-15"], ["Marco", "Giordano", "M", "1979-10-03"], ["Anna", "D'Amico", "F", "1966-06-21"]] as const;
  for (const [givenName, familyName, sex, birthDate] of twice) {
    for (let times = familyName === "Giordano" ? 3 : 2; times > 0; times -= 1) {
      const person = register.draft({ givenName, familyName, sex, birthDate, birthPlace: cuneo, tie: "1", civilStatus: "1" });
      register.enter([person], settled(register, birthDate));
    }
  }
}

/** Born where nobody wrote the day, or the month either. */
function enterUnknownBirthdays(register: Register): void {
  const births = [["1986-01-01", "dayAndMonth"], ["1990-04-01", "day"], ["1978-01-01", "dayAndMonth"], ["1993-09-01", "day"]] as const;
  for (const [birthDate, birthDateLacks] of births) {
    const person = register.draft({ birthDate, birthDateLacks, tie: "1", civilStatus: "1" }, register.random.pick([origins[4]!, origins[6]!]));
    register.enter([person], settled(register, birthDate));
  }
}

/** A passport with a single name: the registry writes that there is no family name. */
function enterSingleNames(register: Register): void {
  for (const birthDate of ["1989-11-11", "1997-02-06"]) {
    const person = register.draft({ familyName: "", birthDate, tie: "1", civilStatus: "1", fiscalCodeUnverified: true }, origins[6]);
    register.enter([person], settled(register, birthDate));
  }
}

/** Families of which the registry lost a tie, and codes that the tax agency has not confirmed. */
function enterGaps(register: Register): void {
  for (let count = 0; count < 4; count += 1) {
    const members = couple(register, register.random.between(30, 60));
    const all = [...members, ...children(register, members)];
    register.enter(all.map((draft, index) => (index === all.length - 1 ? { ...draft, tieUnknown: true } : draft)), settled(register, members[0].birthDate));
  }
  const unverified = register.draft({ birthDate: bornAtAge(register.random, 44), tie: "1", civilStatus: "9", fiscalCodeUnverified: true }, origins[2]);
  register.enter([unverified], settled(register, unverified.birthDate));
}

/** Who lived alone and died: nobody is left in the household. */
function enterDead(register: Register): void {
  for (let count = 0; count < 6; count += 1) {
    const birthDate = bornAtAge(register.random, register.random.between(75, 99));
    const deathDate = dayBetween(register.random, shift(referenceDay, -8), shift(referenceDay, 0, -5));
    const person = register.draft({ birthDate, tie: "1", civilStatus: register.random.pick(["1", "3", "4"]), deathDate });
    register.enter([person], dayBetween(register.random, shift(referenceDay, -30), shift(referenceDay, -9)));
  }
}

/** Italian families who moved abroad and are kept in the register of citizens abroad (AIRE). */
function enterAbroad(register: Register, place: (typeof abroad)[number]): void {
  for (let count = 0; count < 3; count += 1) {
    const members = couple(register, register.random.between(30, 65));
    const { street, ...town } = place;
    const home = { ...town, street, number: String(register.random.between(1, 90)) };
    register.enter([...members, ...children(register, members)].map(draft => ({ ...draft, citizenship: italy, abroad: home })), settled(register, members[0].birthDate));
  }
}

/** People who live together without being a family: one is responsible, the others are members. */
function enterCommunity(register: Register, name: string, size: number, [low, high]: readonly [number, number], sex?: "F"): void {
  const { random } = register;
  const drafts = Array.from({ length: size }, (_, index) => register.draft({
    birthDate: bornAtAge(random, index === 0 ? random.between(40, 60) : random.between(low, high)),
    tie: index === 0 ? "1" : "2",
    civilStatus: sex ? "1" : random.pick(["1", "3", "3", "4"]),
    community: name,
    ...(sex && { sex }),
  }));
  register.enter(drafts, shift(referenceDay, -4, -random.between(0, 900)));
}
