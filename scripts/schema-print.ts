import { writeFileSync } from "node:fs";
import { lexicographicSortSchema, printSchema } from "graphql";
import { buildGraph } from "../server/graph/schema.ts";

/** Writes the whole graph as text to `schema/schema.graphql`, which is committed: a change of the graph shows in its diff. */
writeFileSync("schema/schema.graphql", `${printSchema(lexicographicSortSchema(buildGraph()))}\n`);
