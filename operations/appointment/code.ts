import { randomInt } from "node:crypto";

/** Letters and digits that nobody mistakes for one another when read aloud. */
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A code to show at the counter, e.g. `K7QD-2MXR`: forty random bits, so that no guest guesses another's. */
export function appointmentCode(): string {
  const characters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `${characters.slice(0, 4)}-${characters.slice(4)}`;
}
