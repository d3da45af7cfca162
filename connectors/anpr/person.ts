import { z } from "zod";
import { identity, personOf, personParts } from "../registry/person.ts";
import { remarks } from "../registry/words.ts";

/** One `datiSoggetto` of an answer: the person, and the codes of what the registry remarks about them. */
export const personSchema = z
  .object({ ...personParts, generalita: identity, erroriAnomalie: remarks })
  .transform(read => ({ person: personOf(read.generalita, read), remarks: read.erroriAnomalie.map(({ code }) => code) }));
