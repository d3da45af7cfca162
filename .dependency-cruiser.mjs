/** What importing must never do, whatever the folder; the ladder between folders is test/guards/imports.test.ts. */
export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two modules that need each other are one module, or need a third. Stored and shown types point at each other both ways, lazily.",
      severity: "error",
      from: { pathNot: "^(entities|schema)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolved",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-dev-packages-in-the-hub",
      comment: "What runs in production is listed under dependencies.",
      severity: "error",
      from: { path: "^(kernel|rules|entities|connectors|schema|paper|operations|resolvers|server|sandbox)/", pathNot: "^server/ide/client/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(?:dist|\\.data|coverage|bench/(?:peers|node_modules))/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    moduleSystems: ["es6"],
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
