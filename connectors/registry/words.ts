import { z } from "zod";

// How the registry writes text, days, lists and remarks, over SOAP and REST alike. Unknown elements pass unseen.

/** A text; the SOAP library gives an object when the element has attributes. */
export const text = z.union([z.string(), z.object({ $value: z.string() }).transform(({ $value }) => $value)]);

/** A day, without the zone that the registry may append: a day of the registry is a day in Rome as written. */
export const day = text.transform((value, context) => {
  const written = /^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?$/.exec(value)?.[1];
  if (written) return written;
  context.addIssue({ code: "custom", message: "not a day" });
  return z.NEVER;
});

/** What may be missing is null. */
export const optional = text.nullish().transform(value => value ?? null);
export const optionalDay = day.nullish().transform(value => value ?? null);

/** A repeated element: alone it arrives bare, and not at all when there is none. */
export const many = <T extends z.ZodType>(element: T) =>
  z.preprocess((value): unknown => (value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown) : [value]), z.array(element));

/** Codes only; anything longer or stranger is no code, and must not travel on. */
const code = text.transform(value => (/^[0-9A-Za-z]{1,6}$/.test(value) ? value : "UNREADABLE"));

export const remarks = many(z.object({ codiceErroreAnomalia: code, tipoErroreAnomalia: text.nullish() }).transform(
  ({ codiceErroreAnomalia, tipoErroreAnomalia }) => ({ code: codiceErroreAnomalia, warning: tipoErroreAnomalia?.toUpperCase() === "W" }),
));
