import { writeFileSync } from "node:fs";
import { lexicographicSortSchema, printSchema } from "graphql";
import { buildGraph } from "../server/graph/schema.ts";

/**
 * Writes the whole graph as text to `schema/schema.graphql`, which is committed: a change of the graph shows in its diff.
 * With `--release` also to `schema/released.graphql`, at each release: from then on the guards refuse to break it.
 */
const text = `${printSchema(lexicographicSortSchema(buildGraph()))}\n`;
writeFileSync("schema/schema.graphql", text);
if (process.argv.includes("--release")) writeFileSync("schema/released.graphql", text);
