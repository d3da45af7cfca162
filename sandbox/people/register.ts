import type { Place, Resident } from "../people.ts";
import { cuneo, italy, origins, streets, towns, type Origin } from "./places.ts";
import { later } from "./dates.ts";
import { families, men, women } from "./names.ts";
import { fiscalCode, omocodic } from "./fiscal-code.ts";
import type { Random } from "./random.ts";

/** A person before the household and the fiscal code are known. */
export type Draft = Omit<Resident, "fiscalCode" | "householdId" | "address" | "residentSince">;

export type Address = Resident["address"];

/** The registry office of the synthetic municipality: it gives identifiers, fiscal codes and addresses. */
export class Register {
  readonly residents: Resident[] = [];
  private readonly codes = new Set<string>();
  private persons = 0;
  private households = 0;

  constructor(readonly random: Random) {}

  /**
   * Draws a person; what `known` holds is kept. With an `origin`, name, birth place and citizenship are of that country.
   */
  draft(known: Partial<Draft> & Pick<Draft, "birthDate" | "tie" | "civilStatus">, origin?: Origin): Draft {
    const sex = known.sex ?? this.random.pick(["M", "F"] as const);
    return {
      familyName: this.random.pick(origin?.families ?? families),
      givenName: this.random.pick(sex === "M" ? origin?.men ?? men : origin?.women ?? women),
      sex,
      birthPlace: origin ? placeAbroad(origin, this.random) : this.birthPlace(),
      ...(origin && { birthCountry: origin.country }),
      citizenship: origin?.country ?? italy,
      registryId: this.nextId(),
      ...known,
    };
  }

  /** Enters a household that lives at one address since a day (`YYYY-MM-DD`, or since birth for who was born later). */
  enter(drafts: readonly Draft[], since: string, address: Address = this.address()): readonly Resident[] {
    this.households += 1;
    const householdId = String(40_780_000_000 + this.households);
    const entered = drafts.map(draft => ({
      ...draft,
      fiscalCode: this.fiscalCode(draft),
      householdId,
      address,
      residentSince: later(since, draft.birthDate),
    }));
    this.residents.push(...entered);
    return entered;
  }

  address(): Address {
    const [kind, street] = this.random.pick(streets);
    return { kind, street, number: String(this.random.between(1, 120)), postalCode: "12100" };
  }

  origin(): Origin {
    return this.random.pick(origins);
  }

  private birthPlace(): Place {
    return this.random.chance(0.6) ? cuneo : this.random.pick(towns);
  }

  /** Two letters, five digits, two letters: unique because the digits are. */
  private nextId(): string {
    this.persons += 1;
    const letter = () => String.fromCharCode(65 + this.random.between(0, 25));
    return letter() + letter() + String(10_000 + this.persons) + letter() + letter();
  }

  /** The plain code, or for who comes second with the same data the first omocodic one that is free. */
  private fiscalCode(draft: Draft): string {
    const plain = fiscalCode(draft);
    let code = plain;
    for (let count = 1; this.codes.has(code); count += 1) code = omocodic(plain, count);
    this.codes.add(code);
    return code;
  }
}

const placeAbroad = (origin: Origin, random: Random): Place => ({ name: random.pick(origin.towns), cadastralCode: origin.cadastralCode, istatCode: "", province: "EE" });
