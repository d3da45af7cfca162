import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Bank } from "../node/bank.ts";
import { invalid, needsKey, problem, type ServiceAnswer, throughGateway } from "./gateway.ts";
import { Register, type Wanted } from "./gpd-register.ts";

const path = z.object({ ec: z.string(), iupd: z.string().default(""), nav: z.string().default("") });
const publication = z.object({ toPublish: z.stringbool().default(false) });

/** A day of a query from its first to its last millisecond; or an instant. */
const begin = z.iso.date().transform(day => Date.parse(`${day}T00:00:00.000Z`));
const end = z.iso.date().transform(day => Date.parse(`${day}T23:59:59.999Z`));
const instant = z.iso.datetime({ offset: true, local: true }).transform(text => Date.parse(text));

const listing = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(10), page: z.coerce.number().int().min(0).default(0), status: z.string().optional(),
  orderby: z.enum(["INSERTED_DATE", "IUPD", "STATUS", "PUBLISH_DATE", "VALIDITY_DATE", "PAYMENT_DATE", "COMPANY_NAME", "LAST_UPDATED_DATE"]).optional(), ordering: z.enum(["ASC", "DESC"]).default("DESC"),
  due_date_from: begin.optional(), due_date_to: end.optional(), payment_date_from: begin.optional(), payment_date_to: end.optional(), payment_date_time_from: instant.optional(), payment_date_time_to: instant.optional(),
}).transform(({ limit, page, status, ordering, due_date_from: dueFrom, due_date_to: dueTo, ...asked }): Wanted => ({
  limit, page, status, ordering, due: { from: dueFrom, to: dueTo }, paid: { from: asked.payment_date_from ?? asked.payment_date_time_from, to: asked.payment_date_to ?? asked.payment_date_time_to },
}));

const payment = z.object({ paymentDate: z.iso.datetime({ offset: true, local: true }).optional() }).nullish();

/** GPD, the register that answers the node in the institution's stead: versions 1 and 3 of `/gpd/debt-positions-service`. */
export function registerGpd(app: FastifyInstance, bank: Bank): void {
  const register = new Register(bank);
  type Serve = (ec: string, named: { iupd: string; nav: string }, request: FastifyRequest) => ServiceAnswer;
  const route = (method: "GET" | "POST" | "PUT" | "DELETE", url: string, serve: Serve) =>
    app.route({ method, url, onRequest: needsKey(bank, "gpd"), handler: (request, reply) => throughGateway(request, reply, { bank, operation: "gpd", serve: () => {
      const { ec, ...named } = path.parse(request.params);
      if (!bank.institutions.get(ec)?.enabled) return problem(403, "Forbidden", "the key is not the institution's");
      return serve(ec, named, request);
    } }) });
  /** What a query says, or that it says nothing that can be served. */
  const asked = <Query>(query: z.ZodType<Query>, given: unknown, serve: (read: Query) => ServiceAnswer): ServiceAnswer => {
    const read = query.safeParse(given);
    return read.success ? serve(read.data) : invalid(read.error);
  };

  for (const version of [1, 3] as const) {
    const positions = `/gpd/debt-positions-service/v${version}/organizations/:ec/debtpositions`;
    route("POST", positions, (ec, _, { query, body }) => asked(publication, query, ({ toPublish }) => register.create(ec, version, body, toPublish)));
    route("GET", positions, (ec, _, { query }) => asked(listing, query, wanted => register.list(ec, version, wanted)));
    route("GET", `${positions}/:iupd`, (ec, { iupd }) => register.show(ec, version, iupd));
    route("PUT", `${positions}/:iupd`, (ec, { iupd }, { query, body }) => asked(publication, query, ({ toPublish }) => register.replace(ec, version, iupd, body, toPublish)));
    route("DELETE", `${positions}/:iupd`, (ec, { iupd }) => register.delete(ec, iupd));
    route("POST", `${positions}/:iupd/publish`, (ec, { iupd }) => register.publish(ec, version, iupd));
  }
  // What only version 1 can do.
  route("POST", "/gpd/debt-positions-service/v1/organizations/:ec/debtpositions/:iupd/invalidate", (ec, { iupd }) => register.invalidate(ec, iupd));
  route("POST", "/gpd/debt-positions-service/v1/organizations/:ec/paymentoptions/paids/:nav", (ec, { nav }, { body }) => asked(payment, body, told => register.pay(ec, nav, told?.paymentDate ?? bank.clock.now().toISOString())));
}
