import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";

const IdempotencyRecordSchema = defineEntity({
  name: "IdempotencyRecord",
  uniques: [{ properties: ["caller", "key"] }],
  indexes: [{ properties: ["createdAt"] }, { properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** Who asked: keys of two callers never meet. */
    caller: p.text(),
    key: p.text(),
    mutation: p.text(),
    /** SHA-256 of the canonical input: the same key with another input is a mistake, and is said. */
    inputHash: p.text(),
    /** The answer's type and ids, to be read again under the caller's permission. */
    outcome: p.json<Record<string, unknown>>(),
    createdAt: instant(),
  },
});

/** A mutation already done, so that its repeat changes nothing and answers the same. */
export class IdempotencyRecord extends IdempotencyRecordSchema.class {}
IdempotencyRecordSchema.setClass(IdempotencyRecord);
