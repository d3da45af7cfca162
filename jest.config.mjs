import { readFileSync } from "node:fs";

const swcrc = JSON.parse(readFileSync(new URL(".swcrc", import.meta.url), "utf8"));
// Jest resolves the .ts files as they are written; only the build renames imports.
delete swcrc.jsc.rewriteRelativeImportExtensions;

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": ["@swc/jest", { ...swcrc, swcrc: false }] },
  globalSetup: "<rootDir>/test/helpers/global-setup.ts",
  globalTeardown: "<rootDir>/test/helpers/global-teardown.ts",
  maxWorkers: 2,
  // Modules of every file stay in a worker's memory: begin a new worker before that slows the machine.
  workerIdleMemoryLimit: "1GB",
  // Nothing is asserted by it: a test that hangs is to end, on however slow and busy a machine.
  testTimeout: 120_000,
};
