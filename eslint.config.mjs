import js from "@eslint/js";
import tseslint from "typescript-eslint";

const nodeGlobals = Object.fromEntries(["process", "console", "URL", "performance", "setTimeout", "setInterval", "clearInterval"].map(name => [name, "readonly"]));

export default tseslint.config(
  { ignores: ["dist/", ".data/", "coverage/", "node_modules/", "bench/node_modules/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true } },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports", disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // A method may be async for the sake of its interface.
      "@typescript-eslint/require-await": "off",
      // The index of a list that was just measured, the group of a pattern that just matched.
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-console": "error",
    },
  },
  {
    // Plain JavaScript has no types to be unsafe about; promises and conditions are judged there too.
    files: ["**/*.mjs"],
    languageOptions: { globals: nodeGlobals },
    rules: Object.fromEntries(["argument", "assignment", "call", "member-access", "return"].map(name => [`@typescript-eslint/no-unsafe-${name}`, "off"])),
  },
  { files: ["scripts/**", "test/**", "bench/**", "sandbox/main.ts"], rules: { "no-console": "off" } },
);
