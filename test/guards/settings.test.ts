import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

const text = (path: string): string => readFileSync(path, "utf8");
const named = (pattern: RegExp, source: string): string[] => [...source.matchAll(pattern)].map(([, name]) => name!).sort();

test("every setting is explained in .env.example, and nothing else is", () => {
  const schema = /z\.object\(\{(?<fields>.*?)\n\}\)/s.exec(text("server/settings.ts"))?.groups?.["fields"] ?? "";
  const settings = named(/^ {2}([A-Z][A-Z0-9_]*):/gm, schema);
  expect(settings.length).toBeGreaterThan(20);
  const explained = named(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm, text(".env.example"));
  const ofTheSandboxAlone = ["HUB_URL"];
  expect(explained.filter(name => !ofTheSandboxAlone.includes(name))).toEqual(settings);
});
