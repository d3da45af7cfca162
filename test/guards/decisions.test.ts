import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const folder = join(import.meta.dirname, "../../docs/adr");

test("the index names every decision by its title, in order", () => {
  const decisions = readdirSync(folder).filter(file => /^\d{4}-/.test(file)).sort();
  const entries = decisions.map(file => readFileSync(join(folder, file), "utf8").split("\n", 1)[0]!.replace(/^# (\d+\. )(.*)$/, `$1[$2](${file})`));
  expect(readFileSync(join(folder, "README.md"), "utf8").split("\n").filter(line => /^\d+\. /.test(line))).toEqual(entries);
});
