/** What a fiscal code is computed from. */
export interface FiscalCodeData {
  readonly familyName: string;
  readonly givenName: string;
  readonly sex: "M" | "F";
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly birthPlace: { readonly cadastralCode: string };
}

const months = "ABCDEHLMPRST";
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const substitutes = "LMNPQRSTUV";
/** Positions, counted from 0, of the digits that a letter may replace, in the order in which the tax agency does it. */
const replaceable = [14, 13, 12, 10, 9, 7, 6];

/** The sixteen characters of a natural person (decree of 23 December 1976): name parts, birth, place, check letter. */
export function fiscalCode({ familyName, givenName, sex, birthDate, birthPlace }: FiscalCodeData): string {
  const [year = "", month = "", day = ""] = birthDate.split("-");
  const dayPart = String(Number(day) + (sex === "F" ? 40 : 0)).padStart(2, "0");
  const start = familyPart(familyName) + givenPart(givenName) + year.slice(2) + months[Number(month) - 1] + dayPart + birthPlace.cadastralCode;
  return start + checkLetter(start);
}

/** The code that the tax agency gives to the next person with the same data: the last `count` (1–7) digits become letters. */
export function omocodic(code: string, count: number): string {
  const characters = [...code.slice(0, 15)];
  for (const position of replaceable.slice(0, count)) characters[position] = substitutes[Number(characters[position])]!;
  const start = characters.join("");
  return start + checkLetter(start);
}

function checkLetter(start: string): string {
  const sum = [...start].reduce((total, character, index) => {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    return total + (index % 2 === 0 ? oddValues[value]! : value);
  }, 0);
  return String.fromCharCode(65 + (sum % 26));
}

const familyPart = (name: string): string => (consonants(name) + vowels(name) + "XXX").slice(0, 3);

function givenPart(name: string): string {
  const letters = consonants(name);
  return letters.length > 3 ? letters[0]! + letters[2]! + letters[3]! : familyPart(name);
}

const plain = (name: string): string => name.normalize("NFD").toUpperCase().replace(/[^A-Z]/g, "");
const consonants = (name: string): string => plain(name).replace(/[AEIOU]/g, "");
const vowels = (name: string): string => plain(name).replace(/[^AEIOU]/g, "");
