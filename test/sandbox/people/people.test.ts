import { describe, expect, test } from "@jest/globals";
import { makePeople, testPersons } from "../../../sandbox/people/index.ts";
import type { Resident } from "../../../sandbox/people.ts";

const people = makePeople();
const today = "2026-11-23";
const byId = new Map(people.map(person => [person.registryId, person]));
const living = people.filter(({ deathDate }) => deathDate === undefined);
const familyOf = Map.groupBy(living.filter(({ community }) => community === undefined), ({ householdId }) => householdId);
const yearsBetween = (from: string, to: string) => Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0);

describe("the synthetic residents", () => {
  test("are many, and the same on every start", () => {
    expect(people.length).toBeGreaterThanOrEqual(320);
    expect(makePeople()).toEqual(people);
    expect(makePeople(7).map(({ fiscalCode }) => fiscalCode)).not.toEqual(people.map(({ fiscalCode }) => fiscalCode));
  });

  test("whatever the seed, have unique identifiers and valid fiscal codes that agree with their data", () => {
    for (const seed of [4078, 1, 2, 3]) {
      const some = makePeople(seed, 400);
      expect(new Set(some.map(({ fiscalCode }) => fiscalCode)).size).toBe(some.length);
      expect(new Set(some.map(({ registryId }) => registryId)).size).toBe(some.length);
      for (const person of some) expect([person.fiscalCode, faultOf(person)]).toEqual([person.fiscalCode, undefined]);
    }
  });

  test("hold real collisions: same data, omocodic codes with the digits replaced from the right", () => {
    const doubles = [...Map.groupBy(people, ({ familyName, givenName, sex, birthDate, birthPlace }) => [familyName, givenName, sex, birthDate, birthPlace.cadastralCode].join()).values()].filter(group => group.length > 1);
    expect(doubles.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...doubles.map(group => group.length))).toBeGreaterThanOrEqual(3);
    for (const [first, second] of doubles) {
      expect(first!.fiscalCode.slice(6, 8) + first!.fiscalCode.slice(9, 11) + first!.fiscalCode.slice(12, 15)).toMatch(/^\d{7}$/);
      expect(second!.fiscalCode[14]).toMatch(/[LMNPQRSTUV]/);
      expect(second!.fiscalCode.slice(0, 14)).toBe(first!.fiscalCode.slice(0, 14));
    }
  });

  test("live in households that hold together", () => {
    expect(familyOf.size).toBeGreaterThan(100);
    for (const members of familyOf.values()) {
      expect(members.length).toBeLessThanOrEqual(7);
      const heads = members.filter(({ tie }) => tie === "1");
      expect(heads).toHaveLength(1);
      expect(yearsBetween(heads[0]!.birthDate, today)).toBeGreaterThanOrEqual(18);
      expect(new Set(members.map(({ address }) => JSON.stringify(address))).size).toBe(1);
      for (const spouse of members.filter(({ tie }) => tie === "2" || tie === "28")) {
        expect(spouse.civilStatus).toBe(spouse.tie === "2" ? "2" : "6");
        expect(heads[0]!.civilStatus).toBe(spouse.civilStatus);
        expect([spouse.spouseId, heads[0]!.spouseId]).toEqual([heads[0]!.registryId, spouse.registryId]);
        expect(spouse.sex === heads[0]!.sex).toBe(spouse.tie === "28");
      }
    }
  });

  test("have plausible ages and dates", () => {
    for (const person of people) {
      expect(person.birthDate < today).toBe(true);
      expect(yearsBetween(person.birthDate, today)).toBeLessThanOrEqual(105);
      expect(person.residentSince >= person.birthDate && person.residentSince <= today).toBe(true);
      if (person.deathDate) expect(person.deathDate > person.residentSince && person.deathDate <= today).toBe(true);
      if (person.civilStatus !== "1") expect(yearsBetween(person.birthDate, today)).toBeGreaterThanOrEqual(18);
      for (const parent of [person.fatherId, person.motherId].flatMap(id => byId.get(id ?? "") ?? [])) {
        expect(yearsBetween(parent.birthDate, person.birthDate)).toBeGreaterThanOrEqual(16);
      }
      if (person.fatherId) expect(byId.get(person.fatherId)!.sex).toBe("M");
      if (person.motherId) expect(byId.get(person.motherId)!.sex).toBe("F");
    }
  });

  test("are of every kind that a client must bear", () => {
    const count = (is: (person: Resident) => unknown) => people.filter(is).length;
    expect(new Set(people.map(({ civilStatus }) => civilStatus))).toEqual(new Set(["1", "2", "3", "4", "6", "7", "8", "9"]));
    expect(new Set(people.map(({ citizenship }) => citizenship.code)).size).toBeGreaterThanOrEqual(6);
    expect(count(({ birthPlace }) => birthPlace.cadastralCode.startsWith("Z"))).toBeGreaterThan(30);
    expect(count(({ birthDateLacks }) => birthDateLacks === "day")).toBeGreaterThanOrEqual(2);
    expect(count(({ birthDateLacks }) => birthDateLacks === "dayAndMonth")).toBeGreaterThanOrEqual(2);
    expect(count(({ deathDate }) => deathDate)).toBeGreaterThanOrEqual(10);
    expect(count(({ abroad }) => abroad)).toBeGreaterThanOrEqual(6);
    expect(count(({ tieUnknown }) => tieUnknown)).toBeGreaterThanOrEqual(3);
    expect(count(({ familyName }) => familyName === "")).toBe(2);
    const communities = Map.groupBy(people.filter(({ community }) => community), ({ householdId }) => householdId);
    expect(communities.size).toBe(2);
    for (const members of communities.values()) expect(members.map(({ tie }) => tie).sort().slice(0, 2)).toEqual(["1", "2"]);
  });

  test("have test persons with fixed data who can log in", () => {
    const named = Object.values(testPersons).map(username => people.find(({ login }) => login?.username === username));
    expect(named.map(person => person?.fiscalCode)).toEqual([
      "RSSDAA84C52D205X", "FRRBRN82L05D742X", "GRDLNE95S42L219D", "PPSNIO90H58Z129E", "DPIMDA88A25Z343Q", "MRRLND41M30D20RV", "DTTFNC78T48D205U", "GRLGDU75D23F351U",
    ]);
    expect(people.filter(({ login }) => login)).toHaveLength(named.length);
    const ada = named[0]!;
    const minors = people.filter(({ motherId, birthDate }) => motherId === ada.registryId && yearsBetween(birthDate, today) < 18);
    expect(minors).toHaveLength(2);
    expect(minors.every(({ householdId }) => householdId === ada.householdId)).toBe(true);
  });
});

/** The rules of the fiscal code written once more, from the decree and not from the generator: what is wrong, or undefined. */
function faultOf({ fiscalCode: code, familyName, givenName, sex, birthDate, birthPlace }: Resident): string | undefined {
  if (!/^[A-Z]{6}[\dLMNPQRSTUV]{2}[ABCDEHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z]$/.test(code)) return "shape";
  const odd: Record<string, number> = {};
  for (const [characters, value] of Object.entries({ "0A": 1, "1B": 0, "2C": 5, "3D": 7, "4E": 9, "5F": 13, "6G": 15, "7H": 17, "8I": 19, "9J": 21, K: 2, L: 4, M: 18, N: 20, O: 11, P: 3, Q: 6, R: 8, S: 12, T: 14, U: 16, V: 10, W: 22, X: 25, Y: 24, Z: 23 })) {
    for (const character of characters) odd[character] = value;
  }
  let sum = 0;
  for (let position = 1; position <= 15; position += 1) {
    const character = code.charAt(position - 1);
    sum += position % 2 === 1 ? odd[character]! : parseInt(character, 36) - (/\d/.test(character) ? 0 : 10);
  }
  if ("ABCDEFGHIJKLMNOPQRSTUVWXYZ".charAt(sum % 26) !== code.charAt(15)) return "check letter";
  const digits = (text: string) => text.replace(/[L-V]/g, letter => String("LMNPQRSTUV".indexOf(letter)));
  const day = Number(birthDate.slice(8)) + (sex === "F" ? 40 : 0);
  if (digits(code.slice(6, 8)) !== birthDate.slice(2, 4)) return "year";
  if (" ABCDEHLMPRST".indexOf(code.charAt(8)) !== Number(birthDate.slice(5, 7))) return "month";
  if (Number(digits(code.slice(9, 11))) !== day) return "day";
  if (code.charAt(11) + digits(code.slice(12, 15)) !== birthPlace.cadastralCode) return "place";
  const letters = (name: string) => [...name.toLowerCase().normalize("NFKD")].filter(letter => letter >= "a" && letter <= "z");
  const isVowel = (letter: string) => "aeiou".includes(letter);
  const part = (name: string) => [...letters(name).filter(letter => !isVowel(letter)), ...letters(name).filter(isVowel), "x", "x", "x"].slice(0, 3).join("").toUpperCase();
  if (part(familyName) !== code.slice(0, 3)) return "family name";
  const consonants = letters(givenName).filter(letter => !isVowel(letter));
  const given = consonants.length >= 4 ? [consonants[0], consonants[2], consonants[3]].join("").toUpperCase() : part(givenName);
  return given === code.slice(3, 6) ? undefined : "given name";
}
