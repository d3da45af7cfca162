// PostGraphile 5 on the same tables: its recommended preset, row-level security for whoever is signed in, and the two
// mutations as functions of the database, as its documentation would have them.
import { createServer } from "node:http";
import { PgManyToManyPreset } from "@graphile-contrib/pg-many-to-many";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { callerOf, openPool, ready, settings } from "./common.mjs";

const pool = openPool();
const server = createServer();
const instance = postgraphile({
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PgManyToManyPreset],
  // Lists may be ordered by columns without an index of their own, such as the name of an office.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  pgServices: [makePgService({ pool, schemas: ["public", "bench_mutations"] })],
  grafserv: { watch: false, graphiql: false, graphqlPath: "/graphql" },
  grafast: {
    explain: false,
    async context({ node }) {
      const caller = await callerOf(pool, node?.req.headers.cookie);
      if (caller === null) return {};
      return { pgSettings: { role: caller.officeIds.length > 0 ? "bench_staff" : "bench_citizen", "bench.citizen": caller.citizenId, "bench.offices": `{${caller.officeIds.join()}}` } };
    },
  },
});
await instance.createServ(grafserv).addTo(server);
server.listen(settings.port, "127.0.0.1", ready);
