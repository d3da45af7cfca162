import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { controlPage } from "./control-page.ts";
import { type Fault, faultKinds } from "./faults.ts";
import type { Simulator, World } from "./world.ts";

const faultShape = z.strictObject({
  kind: z.enum(faultKinds),
  ms: z.coerce.number().int().min(0).max(600_000).optional(),
  code: z.string().regex(/^[\w-]{1,40}$/, "letters, digits, _ and - only").optional(),
  times: z.coerce.number().int().min(1).max(1_000_000).optional(),
});

const formShape = z.strictObject({
  simulator: z.string(),
  operation: z.string().regex(/^[\w.-]{0,60}$/).default(""),
  action: z.enum(["impose", "lift"]),
  kind: z.string().optional(),
  ms: z.string().optional(),
  code: z.string().optional(),
  times: z.string().optional(),
});

interface Target {
  Params: { simulator: string; operation?: string };
}

/**
 * The control of the sandbox: `PUT`, `GET` and `DELETE` on `/control/:simulator/fault[/:operation]` impose, list and
 * lift faults; `GET /` is a page for people that does the same with plain forms.
 *
 * Refusals are `{ error, issues? }`: 400 with the fields at fault, 404 for a simulator that does not exist. The forms
 * refuse (403) what another site posts through the developer's browser.
 */
export function registerControl(app: FastifyInstance, world: World, simulators: readonly Simulator[]): void {
  const names = simulators.map(({ name }) => name);

  app.addHook("onRequest", async (request, reply) => {
    if (request.url.startsWith("/control/") && request.headers["sec-fetch-site"] === "cross-site") {
      return reply.code(403).send({ error: "the sandbox is controlled from its own page only" });
    }
  });

  for (const path of ["/control/:simulator/fault", "/control/:simulator/fault/:operation"]) {
    app.put<Target>(path, async ({ params, body }, reply) => {
      if (!names.includes(params.simulator)) return unknownSimulator(reply, params.simulator, names);
      const parsed = faultShape.safeParse(body);
      if (!parsed.success) return reply.code(400).send({ error: "this is not a fault", issues: issuesOf(parsed.error) });
      world.faults.impose(params.simulator, withoutUndefined(parsed.data), params.operation);
      return faultsOf(world, params.simulator);
    });
    app.get<Target>(path, async ({ params }, reply) => {
      if (!names.includes(params.simulator)) return unknownSimulator(reply, params.simulator, names);
      return faultsOf(world, params.simulator, params.operation);
    });
    app.delete<Target>(path, async ({ params }, reply) => {
      if (!names.includes(params.simulator)) return unknownSimulator(reply, params.simulator, names);
      for (const operation of Object.keys(faultsOf(world, params.simulator, params.operation))) world.faults.lift(params.simulator, operation);
      return reply.code(204).send();
    });
  }

  app.post("/control/form", async ({ body }, reply) => {
    const form = formShape.safeParse(body);
    if (!form.success) return reply.code(400).send({ error: "this form was not filled as the page asks", issues: issuesOf(form.error) });
    const { simulator, operation, action, ...fields } = form.data;
    if (!names.includes(simulator)) return unknownSimulator(reply, simulator, names);
    if (action === "lift") world.faults.lift(simulator, operation || "*");
    else {
      const fault = faultShape.safeParse(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")));
      if (!fault.success) return reply.code(400).send({ error: "this is not a fault", issues: issuesOf(fault.error) });
      world.faults.impose(simulator, withoutUndefined(fault.data), operation || "*");
    }
    return reply.redirect("/", 303);
  });

  app.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(controlPage(world, names)));
}

/** Faults by operation (`*` for all of them) of one simulator. */
function faultsOf(world: World, simulator: string, operation?: string): Record<string, Fault> {
  const prefix = `${simulator}/`;
  return Object.fromEntries(
    Object.entries(world.faults.list())
      .filter(([key]) => (operation === undefined ? key.startsWith(prefix) : key === prefix + operation))
      .map(([key, fault]) => [key.slice(prefix.length), fault]),
  );
}

const unknownSimulator = (reply: FastifyReply, name: string, names: readonly string[]) =>
  reply.code(404).send({ error: `there is no simulator “${name.slice(0, 40)}”`, simulators: names });

const issuesOf = (error: z.ZodError) => error.issues.map(({ path, message }) => ({ path: path.join("."), message }));

const withoutUndefined = ({ kind, ms, code, times }: z.infer<typeof faultShape>): Fault => ({
  kind,
  ...(ms !== undefined && { ms }),
  ...(code !== undefined && { code }),
  ...(times !== undefined && { times }),
});
