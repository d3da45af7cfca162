import { bornAtAge, dayBetween, referenceDay, shift } from "./dates.ts";
import type { Origin } from "./places.ts";
import type { Draft, Register } from "./register.ts";

/** One kind of household: enters its members in the register. */
export type Household = (register: Register, origin?: Origin) => void;

/** Since when a household whose eldest member was born on that day lives at its address: an adult's choice. */
export const settled = (register: Register, eldestBorn: string): string =>
  dayBetween(register.random, adultSince(eldestBorn), shift(referenceDay, 0, -30));

const adultSince = (born: string): string => (shift(born, 20) > shift(referenceDay, -25) ? shift(born, 20) : shift(referenceDay, -25));

const alone: Household = (register, origin) => {
  const age = register.random.between(21, 88);
  const statuses = age < 35 ? ["1"] : age < 60 ? ["1", "1", "4", "8", "9"] : ["1", "3", "3", "4", "7"];
  const person = register.draft({ birthDate: bornAtAge(register.random, age), tie: "1", civilStatus: register.random.pick(statuses) }, origin);
  register.enter([person], settled(register, person.birthDate));
};

const marriedCouple: Household = (register, origin) => {
  const members = couple(register, register.random.between(27, 85), origin);
  register.enter([...members, ...children(register, members, origin)], settled(register, members[0].birthDate));
};

const civilUnion: Household = (register, origin) => {
  const [head, partner] = pair(register, register.random.between(27, 70), origin, { tie: "28", civilStatus: "6" }, true);
  register.enter([head, partner], settled(register, head.birthDate));
};

const unmarriedCouple: Household = (register, origin) => {
  const [head, partner] = pair(register, register.random.between(22, 60), origin, { tie: "23", civilStatus: "1" });
  const members = [withoutSpouse(head), withoutSpouse(partner)] as const;
  register.enter([...members, ...children(register, members, origin)], settled(register, head.birthDate));
};

const singleParent: Household = (register, origin) => {
  const { random } = register;
  const parent = register.draft({ birthDate: bornAtAge(random, random.between(26, 58)), tie: "1", civilStatus: random.pick(["1", "3", "4"]) }, origin);
  register.enter([parent, ...children(register, [parent], origin)], settled(register, parent.birthDate));
};

const threeGenerations: Household = (register, origin) => {
  const { random } = register;
  const [head, spouse] = couple(register, random.between(35, 58), origin);
  const ofHead = random.chance(0.6);
  const child = ofHead ? head : spouse;
  const elder = register.draft({ familyName: child.familyName, sex: "M", birthDate: shift(child.birthDate, -random.between(22, 33)), tie: ofHead ? "6" : "17", civilStatus: "3" }, origin);
  const linked = { ...child, fatherId: elder.registryId };
  const members = [ofHead ? linked : head, ofHead ? spouse : linked] as const;
  register.enter([...members, ...children(register, members, origin), elder], settled(register, head.birthDate));
};

const siblings: Household = (register, origin) => {
  const { random } = register;
  const head = register.draft({ birthDate: bornAtAge(random, random.between(24, 75)), tie: "1", civilStatus: "1" }, origin);
  const other = register.draft({ familyName: head.familyName, birthDate: shift(head.birthDate, random.between(2, 6)), tie: "9", civilStatus: "1" }, origin);
  register.enter([head, other], settled(register, other.birthDate));
};

/** Who is left after a death: the dead spouse stays in the registry with the day of death. */
const widowed: Household = (register, origin) => {
  const { random } = register;
  const [head, spouse] = couple(register, random.between(62, 84), origin);
  const deathDate = dayBetween(random, shift(referenceDay, -12), shift(referenceDay, 0, -10));
  register.enter([{ ...head, civilStatus: "3" }, { ...spouse, deathDate }], dayBetween(random, shift(referenceDay, -35), shift(referenceDay, -13)));
};

/** The kinds of household, each as often as its weight says. */
export const households: readonly (readonly [weight: number, household: Household])[] = [
  [30, alone], [38, marriedCouple], [8, unmarriedCouple], [9, singleParent], [5, threeGenerations], [3, siblings], [2, civilUnion], [5, widowed],
];

/** A married man and woman, either of them the head. */
export const couple = (register: Register, age: number, origin?: Origin): readonly [Draft, Draft] => pair(register, age, origin, { tie: "2", civilStatus: "2" });

function pair(register: Register, age: number, origin: Origin | undefined, bond: { tie: string; civilStatus: string }, sameSex = false): readonly [Draft, Draft] {
  const { random } = register;
  const sex = random.pick(["M", "F"] as const);
  const head = register.draft({ sex, birthDate: bornAtAge(random, age), tie: "1", civilStatus: bond.civilStatus }, origin);
  const other = register.draft({ sex: sameSex === (sex === "M") ? "M" : "F", birthDate: bornAtAge(random, Math.max(20, age + random.between(-6, 6))), spouseId: head.registryId, ...bond }, origin);
  return [{ ...head, spouseId: other.registryId }, other];
}

/** Up to four children, born when the youngest parent was 20 to 40 and still at home; born in Italy even to parents from abroad. */
export function children(register: Register, parents: readonly Draft[], origin?: Origin): readonly Draft[] {
  const { random } = register;
  const youngest = parents.map(({ birthDate }) => birthDate).sort().at(-1)!;
  const mother = parents.find(({ sex }) => sex === "F");
  const father = parents.find(({ sex }) => sex === "M");
  const wanted = random.pick([0, 1, 1, 2, 2, 2, 3, 4]);
  let born = shift(youngest, random.between(20, 34), random.between(0, 300));
  const drafts: Draft[] = [];
  for (let index = 0; index < wanted && born < shift(referenceDay, 0, -20) && born < shift(youngest, 40); index += 1) {
    if (born > shift(referenceDay, -28)) {
      drafts.push(register.draft({
        familyName: (father ?? mother)!.familyName,
        birthDate: born,
        tie: "3",
        civilStatus: "1",
        citizenship: parents[0]!.citizenship,
        ...(father && { fatherId: father.registryId }),
        ...(mother && { motherId: mother.registryId }),
        ...(origin && { givenName: random.pick([...origin.men, ...origin.women]) }),
      }));
    }
    born = shift(born, random.between(1, 4), random.between(30, 300));
  }
  return drafts;
}

function withoutSpouse({ spouseId: _unmarried, ...draft }: Draft): Draft {
  return draft;
}
