import type { Resident } from "../people.ts";
import { households } from "./families.ts";
import { Random } from "./random.ts";
import { Register } from "./register.ts";
import { enterSpecialCases } from "./special.ts";
import { enterTestPersons } from "./test-persons.ts";

export { testPersons } from "./test-persons.ts";

const defaultSeed = 4078;
const defaultSize = 1_000;
const shareFromAbroad = 0.13;

/**
 * The synthetic residents of Cuneo: first the test persons with fixed data, then the cases that registries get wrong,
 * then families drawn by chance until there are at least `size` people. The same seed gives the same people.
 */
export function makePeople(seed = defaultSeed, size = defaultSize): readonly Resident[] {
  const register = new Register(new Random(seed));
  enterTestPersons(register);
  enterSpecialCases(register);
  const urn = households.flatMap(([weight, household]) => Array<typeof household>(weight).fill(household));
  while (register.residents.length < size) {
    const origin = register.random.chance(shareFromAbroad) ? register.origin() : undefined;
    register.random.pick(urn)(register, origin);
  }
  return register.residents;
}
