import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";

const root = resolve(import.meta.dirname, "../..");
const shared = ["kernel"];

/** Who may import whom; a folder may always import itself, Node's own modules and packages. */
const ladder: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  rules: shared,
  entities: shared,
  connectors: shared,
  schema: [...shared, "entities", "rules"],
  paper: [...shared, "rules"],
  operations: [...shared, "entities", "rules", "connectors", "paper"],
  resolvers: [...shared, "schema", "operations"],
  server: [...shared, "rules", "entities", "connectors", "schema", "paper", "operations", "resolvers"],
  sandbox: shared,
};
const readsSettings = /^(?:server|scripts|bench|test)\/|^sandbox\/main\.ts$|^jest\.config\.mjs$/;
const asides = ["scripts", "bench", "test"];

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.name === "node_modules" || entry.name === "results.json") return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Every module a source names (static, dynamic, re-exported, in a type) and whether it reads `process.env`. */
function factsOf(path: string, text: string): { imports: string[]; readsEnvironment: boolean } {
  const imports: string[] = [];
  let readsEnvironment = false;
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) imports.push(node.moduleSpecifier.text);
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || /^require(?:\.resolve)?$/.test(node.expression.getText(source)))) {
      const [named] = node.arguments;
      if (named && ts.isStringLiteralLike(named)) imports.push(named.text);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) imports.push(node.argument.literal.text);
    if (ts.isPropertyAccessExpression(node) && node.name.text === "env" && /(?:^|\.)process$/.test(node.expression.getText(source))) readsEnvironment = true;
    if (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText(source) === "env") readsEnvironment = true;
    if (ts.isImportSpecifier(node) && (node.propertyName ?? node.name).text === "env") readsEnvironment = true;
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  visit(source);
  return { imports, readsEnvironment };
}

/** The folders of the house that a file's imports lead to, its own left out, as `folder (module)`. */
function folderSteps(path: string, imports: readonly string[]): { folder: string; module: string }[] {
  const own = path.split("/")[0];
  return imports
    .filter(module => module.startsWith("."))
    .map(module => ({ folder: relative(root, resolve(root, dirname(path), module)).split("/")[0]!, module }))
    .filter(({ folder }) => folder !== own);
}

const sources = [...Object.keys(ladder), ...asides]
  .flatMap(filesBelow)
  .filter(path => /(?<!\.d)\.(?:ts|tsx|mts|mjs)$/.test(path))
  .map(path => ({ path, ...factsOf(path, readFileSync(join(root, path), "utf8")) }));

describe("imports", () => {
  test("the reader of imports sees every way to import and to read a setting", () => {
    const text = `
      import a from "../server/a.ts"; import type { B } from "../server/b.ts"; export * from "../server/c.ts";
      const d = await import("../server/d.ts"); type E = import("../server/e.ts").E; require("../server/f.ts");
      import "./own.ts"; import fs from "node:fs"; // import "../server/comment.ts"
    `;
    const { imports, readsEnvironment } = factsOf("rules/sample.ts", text);
    expect(folderSteps("rules/sample.ts", imports).map(({ module }) => module)).toEqual(["a", "b", "c", "d", "e", "f"].map(name => `../server/${name}.ts`));
    expect(readsEnvironment).toBe(false);
    for (const reading of ["process.env.X", "globalThis.process.env", "const { env } = process", 'import { env } from "node:process"']) {
      expect(factsOf("rules/sample.ts", reading).readsEnvironment).toBe(true);
    }
  });

  test.each(Object.entries(ladder))("%s imports only what stands below it: %j", (folder, allowed) => {
    const files = sources.filter(({ path }) => path.startsWith(`${folder}/`));
    const forbidden = files.flatMap(({ path, imports }) =>
      folderSteps(path, imports).filter(step => !allowed.includes(step.folder)).map(({ module }) => `${path} → ${module}`));
    expect(forbidden).toEqual([]);
  });

  test("nothing but the tests imports the tests, and only the measurements import the measurements", () => {
    const steps = sources.flatMap(({ path, imports }) => folderSteps(path, imports).map(({ folder }) => `${path.split("/")[0]} → ${folder}`));
    expect(steps.filter(step => step.endsWith("→ test") || step.endsWith("→ bench"))).toEqual([]);
  });

  test("the page of the IDE runs in a browser: it imports its own files, packages and what it is told", () => {
    const own = "server/ide/client/";
    const leaving = sources.filter(({ path }) => path.startsWith(own)).flatMap(({ path, imports }) =>
      imports.filter(module => module.startsWith("node:") || (module.startsWith(".") && ![own, "server/ide/page.ts"].some(allowed => join(dirname(path), module).startsWith(allowed)))).map(module => `${path} → ${module}`));
    const entering = sources.filter(({ path }) => !path.startsWith(own)).flatMap(({ path, imports }) =>
      imports.filter(module => module.startsWith(".") && join(dirname(path), module).startsWith(own)).map(module => `${path} → ${module}`));
    expect([...leaving, ...entering]).toEqual([]);
  });

  test("settings are read at the edge alone", () => {
    expect(sources.filter(({ path, readsEnvironment }) => readsEnvironment && !readsSettings.test(path)).map(({ path }) => path)).toEqual([]);
  });
});

describe("what is committed", () => {
  const folders = [...Object.keys(ladder), ...asides, "docs", ".ci"];
  const texts = [...folders.flatMap(filesBelow), ...readdirSync(root, { withFileTypes: true }).filter(entry => entry.isFile()).map(({ name }) => name)].filter(
    path => /\.(?:[cm]?[jt]sx?|json|md|ya?ml|graphql|html|css|wsdl|xsd|xml|example)$|^\.ci\/|^\.npmrc$/.test(path) && path !== "package-lock.json",
  );

  test("names no path of the machine it was written on", () => {
    const machine = /(?<![\w.])\/(?:work|root|home|Users)\/[\w.-]/;
    expect(texts.filter(path => machine.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
  });

  test("reaches outside the checkout in the conformance runs alone", () => {
    const outside = new RegExp(["", "shared", ""].join("/"));
    const allowed = /^scripts\/conformance\//;
    expect(texts.filter(path => !allowed.test(path) && new RegExp(`\\.\\.${outside.source}`).test(readFileSync(join(root, path), "utf8")))).toEqual([]);
  });
});
