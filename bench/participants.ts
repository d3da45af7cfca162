import { operations, postgraphileOperations, type Operation, type Step, type Subject } from "./works.ts";

/** Somebody who answers the same questions about the same tables. */
export interface Participant {
  readonly name: string;
  readonly title: string;
  /** The packages whose versions are told in the report. */
  readonly packages: readonly string[];
  /** Its program: compiled with the project, or a peer's as it stands. */
  readonly program: string;
  /** How it is asked for an operation. */
  ask(operation: Operation, subject: Subject): Step;
}

const json = (query: string, variables: object, session: string | undefined): Step => ({ path: "/graphql", session, body: { query, variables } });

/** Those who offer the part of the hub's graph that is measured. */
const asTheHub: Participant["ask"] = (operation, { session, after, appointment, key }) => {
  const input = { input: { appointment: `apt_${appointment}`, idempotencyKey: key } };
  return json(operations[operation], operation === "queue" ? { after } : operation === "book" || operation === "cancel" ? input : {}, session);
};

const paths: Readonly<Record<Operation, string>> = { catalogue: "/catalogue", home: "/home", queue: "/queue", book: "/book", cancel: "/cancel" };

/** Everybody, the hub first: ratios are the hub's against each other's. */
export const participants: readonly Participant[] = [
  { name: "hub", title: "Sportello Hub", packages: [], program: "dist/bench/hub.js", ask: asTheHub },
  { name: "bare", title: "node:http + pg, one JSON statement (the limit)", packages: ["pg"], program: "bench/peers/bare.mjs", ask: (operation, { session, after, appointment, key }) => ({ path: paths[operation], session, body: { after, appointment: `apt_${appointment}`, idempotencyKey: key } }) },
  { name: "mercurius", title: "Mercurius, JIT and loaders", packages: ["mercurius", "graphql-jit", "fastify"], program: "bench/peers/mercurius.mjs", ask: asTheHub },
  {
    name: "postgraphile", title: "PostGraphile 5", packages: ["postgraphile"], program: "bench/peers/postgraphile.mjs",
    ask: (operation, { session, after, appointment, key }) => json(postgraphileOperations[operation], operation === "queue" ? { after } : { appointment, key }, session),
  },
  { name: "apollo", title: "Apollo Server with MikroORM entities and loaders", packages: ["@apollo/server", "@mikro-orm/core"], program: "bench/peers/apollo.mjs", ask: asTheHub },
];
