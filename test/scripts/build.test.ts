import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build, planBuild } from "../../scripts/build.mjs";

let root: string;

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const run = async (): Promise<{ changed: string[]; gone: string[] }> => {
  const plan = await planBuild(root);
  await build(root, plan);
  return { changed: plan.changed.sort(), gone: plan.gone };
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sportello-hub-build-"));
  await write("package.json", '{ "type": "module" }');
  await write("kernel/number.ts", "export const seven: number = 7;\n");
  await write("rules/twice.ts", 'import { seven } from "../kernel/number.ts";\nexport const fourteen = (): number => 2 * seven;\n');
  await write("connectors/contract.wsdl", "<definitions/>");
  await write("server/ide/client/main.tsx", "this is bundled, not compiled");
  await write("kernel/types.d.ts", "declare const nothing: never;");
});
afterAll(() => rm(root, { recursive: true }));

test("the build compiles what changed, copies what is read beside it, and removes what is gone", async () => {
  expect(await run()).toEqual({ changed: ["connectors/contract.wsdl", "kernel/number.ts", "rules/twice.ts"], gone: [] });
  const { fourteen } = (await import(pathToFileURL(join(root, "dist/rules/twice.js")).href)) as { fourteen: () => number };
  expect(fourteen()).toBe(14);
  expect(await readFile(join(root, "dist/connectors/contract.wsdl"), "utf8")).toBe("<definitions/>");
  expect(await run()).toEqual({ changed: [], gone: [] });

  await utimes(join(root, "rules/twice.ts"), new Date(), new Date(Date.now() + 5_000));
  expect((await run()).changed).toEqual(["rules/twice.ts"]);

  await rm(join(root, "rules/twice.ts"));
  expect(await run()).toEqual({ changed: [], gone: ["rules/twice.ts"] });
  for (const left of ["dist/rules/twice.js", "dist/rules/twice.js.map"]) await expect(stat(join(root, left))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a source that does not compile is named, and built once it does", async () => {
  await write("kernel/broken.ts", "export const = ;\n");
  await expect(run()).rejects.toThrow(/kernel\/broken\.ts/);
  await write("kernel/broken.ts", "export const mended = true;\n");
  expect((await run()).changed).toEqual(["kernel/broken.ts"]);
});
