import codes from "bwip-js/generic";

/** The modules of a code, row by row; true is dark. Square. */
export type Matrix = readonly (readonly boolean[])[];

/** The QR code that a notice prescribes: version 4, 33 by 33 modules, level M, by which 15 % may be unreadable; no other, though the room might do for it. Throws when the text is longer than that holds. */
export const qrCode = (text: string): Matrix => matrix("qrcode", text, "version=4 eclevel=M fixedeclevel");

/** A Data Matrix (ECC 200), square and as small as its text allows. */
export const dataMatrix = (text: string): Matrix => matrix("datamatrix", text, "format=square");

function matrix(kind: string, text: string, options: string): Matrix {
  const [symbol] = codes.raw(kind, text, options);
  if (!symbol || !("pixs" in symbol)) throw new Error("a matrix code has modules");
  const { pixs, pixx, pixy } = symbol;
  return Array.from({ length: pixy }, (_, row) => Array.from({ length: pixx }, (_, column) => pixs[row * pixx + column] === 1));
}
