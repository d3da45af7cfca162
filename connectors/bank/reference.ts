/**
 * A reference of a transfer so that it can be compared with another's writing of it: capitals and digits alone. Null for
 * what names no transfer in particular: too short or too long, without a digit (`NOTPROVIDED`), or one sign over and over.
 */
export function comparableReference(written: string): string | null {
  const text = written.toUpperCase().replaceAll(/[^A-Z\d]/g, "");
  return /^[A-Z\d]{10,35}$/.test(text) && /\d/.test(text) && !/^(.)\1*$/.test(text) ? text : null;
}

/** References that a text of the bank's calls a TRN, or a CRO, the part of a TRN that some banks show alone. */
export const referencesIn = (text: string): string[] => [...text.matchAll(/(?<![A-Z])(?:TRN|CRO)[ :./-]{0,3}([A-Z\d]{10,35})(?![A-Z\d])/gi)].map(([, reference]) => reference!);
