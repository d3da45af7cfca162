/** Amounts as Italians write them, always with two decimals: `1.020,99`. */
export function euros(amountCents: number): string {
  const [whole, decimals] = [String(Math.trunc(amountCents / 100)), String(amountCents % 100).padStart(2, "0")];
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ".")},${decimals}`;
}

/** A day `YYYY-MM-DD` as notices print it: `31/12/2026`. */
export const slashed = (day: string): string => day.split("-").reverse().join("/");

/** An instant as somebody in Italy reads it off the clock: `31/12/2026, 10:05:09`. */
export const instantInRome = (at: Date): string => inRome.format(at);

const inRome = new Intl.DateTimeFormat("it-IT", { timeZone: "Europe/Rome", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A notice number in groups of four. Unlike `formatNoticeNumber` it takes numbers made elsewhere too. */
export const grouped = (digits: string): string => digits.replace(/(\d{4})(?=\d)/g, "$1 ");

/**
 * A text with what the typefaces can draw: composed letters where they exist, the letter without its accent where only
 * that one can be drawn, nothing that steers the direction of writing or breaks lines, `?` for a script they do not know.
 */
export function printable(text: string): string {
  const composed = text.normalize("NFC").replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").replace(/\p{Cf}/gu, "");
  return composed.replace(/[^\u0020-\u007e\u00a1-\u017f\u0218-\u021b\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac]/gu, unbacked => unbacked.normalize("NFKD").replace(/\P{ASCII}/gu, "") || "?").trim();
}
