import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { openVault } from "../../kernel/vault.ts";

const [old, fresh] = [randomBytes(32), randomBytes(32)];
const secret = "Ada Rossi RSSDAA84C52D205X ".repeat(40);

test("what was sealed opens again, with the same context alone, and says nothing meanwhile", () => {
  const vault = openVault([old]);
  const sealed = vault.seal(secret, "row 1");
  expect(vault.open(sealed, "row 1")).toBe(secret);
  expect(() => vault.open(sealed, "row 2")).toThrow();
  expect(sealed.bytes.toString("latin1")).not.toContain("RSSDAA84C52D205X");
  expect(vault.seal(secret, "row 1").bytes.equals(sealed.bytes)).toBe(false);
});

test("a change of any byte is found", () => {
  const vault = openVault([old]);
  const sealed = vault.seal("a few words", "row");
  for (let at = 0; at < sealed.bytes.length; at++) {
    const bytes = Buffer.from(sealed.bytes);
    bytes[at]! ^= 1;
    expect(() => vault.open({ ...sealed, bytes }, "row")).toThrow();
  }
});

test("after a rotation the new key seals and both open, until the old one is taken away", () => {
  const before = openVault([old]).seal(secret, "row");
  const both = openVault([fresh, old]);
  const after = both.seal(secret, "row");
  expect(both.open(before, "row")).toBe(secret);
  expect(after.keyId).not.toBe(before.keyId);
  const alone = openVault([fresh]);
  expect(alone.open(after, "row")).toBe(secret);
  expect(() => alone.open(before, "row")).toThrow("a key that is not here");
});

test("only keys of 32 bytes will do, and at least one", () => {
  expect(() => openVault([])).toThrow("32 bytes");
  expect(() => openVault([fresh, randomBytes(16)])).toThrow("32 bytes");
});
