/** A vehicle's registration plate in the one form the hub keeps: upper case, no separators. Only `parsePlate` makes one. */
export type Plate = string & { readonly __brand: "Plate" };

/** ITALIAN: the series now issued. FREE: foreign plates, and Italian ones of other series (mopeds, historic, diplomatic). */
export type PlateSystem = "ITALIAN" | "FREE";

export type PlateKind = "CAR" | "MOTORCYCLE" | "TRAILER" | "LOCAL_POLICE" | "OTHER";

/** Why a text is not a plate. */
export type PlateFault = "EMPTY" | "BAD_CHARACTER" | "TOO_SHORT" | "TOO_LONG" | "WRONG_PATTERN" | "LETTER_NOT_USED" | "SERIES_NOT_ISSUED";

export type PlateParse =
  | { readonly ok: true; readonly plate: Plate; readonly kind: PlateKind }
  | { readonly ok: false; readonly fault: PlateFault };

const separators = /[\s.\-·•]/gu;
const longestFreePlate = 12;

/**
 * Reads a plate as people type it: case, spaces, dots and hyphens do not matter.
 *
 * Italian plates (it.wikipedia.org "Sigle automobilistiche"; gazzetta.it, 2 May 2025): vehicles two letters, three
 * digits, two letters, without I, O, Q, U and without the series EE; X opens trailers, Y the local police, Z the
 * two-line plates; motorcycles two letters and five digits. Foreign plates have no common format: 2 to 12 letters and digits.
 */
export function parsePlate(text: string, system: PlateSystem): PlateParse {
  const plate = text.normalize("NFC").replace(separators, "").toUpperCase();
  if (plate === "") return { ok: false, fault: "EMPTY" };
  if (!/^[\p{L}\p{N}]+$/u.test(plate)) return { ok: false, fault: "BAD_CHARACTER" };
  return system === "FREE" ? free(plate) : italian(plate);
}

function free(plate: string): PlateParse {
  if (plate.length < 2) return { ok: false, fault: "TOO_SHORT" };
  if (plate.length > longestFreePlate) return { ok: false, fault: "TOO_LONG" };
  return { ok: true, plate: plate as Plate, kind: "OTHER" };
}

function italian(plate: string): PlateParse {
  if (/^[A-Z]{2}\d{5}$/.test(plate)) return { ok: true, plate: plate as Plate, kind: "MOTORCYCLE" };
  if (!/^[A-Z]{2}\d{3}[A-Z]{2}$/.test(plate)) return { ok: false, fault: "WRONG_PATTERN" };
  if (/[IOQU]/.test(plate)) return { ok: false, fault: "LETTER_NOT_USED" };
  if (plate.startsWith("EE")) return { ok: false, fault: "SERIES_NOT_ISSUED" };
  return { ok: true, plate: plate as Plate, kind: kindByFirstLetter(plate[0]!) };
}

function kindByFirstLetter(letter: string): PlateKind {
  if (letter === "X") return "TRAILER";
  return letter === "Y" ? "LOCAL_POLICE" : "CAR";
}
