import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Bank } from "../node/bank.ts";
import { type Kept, type Payable, readPosition } from "./gpd-bodies.ts";
import { invalid, problem, type ServiceAnswer, throughGateway } from "./gateway.ts";

const updatable: ReadonlySet<Kept["status"]> = new Set(["DRAFT", "VALID"]);
const payablesOf = ({ options }: Kept): readonly Payable[] => options.flatMap(({ payables }) => payables);

const notFound = problem(404, "Not found the debt position", "there is no such debt position");
const conflict = (detail: string): ServiceAnswer => problem(409, "Conflict", detail);

/** The positions of all institutions, as the register keeps them. */
class Register {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly bank: Bank) {}

  find(ec: string, iupd: string): Kept | undefined {
    return this.kept.get(`${ec}/${iupd}`);
  }

  all(ec: string): Kept[] {
    return [...this.kept].filter(([key]) => key.startsWith(`${ec}/`)).map(([, kept]) => kept);
  }

  create(ec: string, version: 1 | 3, body: unknown, publish: boolean): ServiceAnswer {
    const read = this.read(ec, version, body);
    if ("status" in read) return read;
    if (this.find(ec, read.position.iupd)) return conflict("the IUPD is another position's");
    return this.take(ec, read.position, publish, 201);
  }

  replace(ec: string, version: 1 | 3, iupd: string, body: unknown, publish: boolean): ServiceAnswer {
    const before = this.find(ec, iupd);
    if (!before) return notFound;
    if (!updatable.has(before.status)) return conflict(`the position is ${before.status} and cannot be changed`);
    const read = this.read(ec, version, body);
    if ("status" in read) return read;
    if (read.position.iupd !== iupd) return problem(400, "Bad request", "iupd: is not that of the address");
    return this.take(ec, read.position, publish, 200);
  }

  show(ec: string, version: 1 | 3, iupd: string): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    const several = kept.version === 3 && kept.options.some(({ payables }) => payables.length > 1);
    return version === 1 && several ? problem(422, "Unprocessable request", "the position has options with instalments") : { status: 200, body: shown(kept) };
  }

  delete(ec: string, iupd: string): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    if (kept.status === "PAID" || kept.status === "PARTIALLY_PAID") return conflict("the position is paid");
    this.kept.delete(`${ec}/${iupd}`);
    return { status: 200, body: { message: "deleted" } };
  }

  publish(ec: string, iupd: string): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    if (kept.status !== "DRAFT") return conflict(`a position that is ${kept.status} cannot be published`);
    kept.status = "VALID";
    return { status: 200, body: shown(kept) };
  }

  invalidate(ec: string, iupd: string): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    if (kept.status !== "VALID") return conflict(`a position that is ${kept.status} cannot be invalidated`);
    kept.status = "INVALID";
    return { status: 200, body: shown(kept) };
  }

  /** Marks as paid: one option shuts out the others. */
  pay(ec: string, nav: string): ServiceAnswer {
    const kept = this.all(ec).find(one => payablesOf(one).some(payable => payable.nav === nav));
    if (!kept) return notFound;
    const option = kept.options.find(({ payables }) => payables.some(payable => payable.nav === nav))!;
    const payable = option.payables.find(one => one.nav === nav)!;
    const other = kept.options.some(one => one !== option && one.payables.some(({ paid }) => paid));
    if (payable.paid || other) return conflict("it is paid already, or another option is");
    if (kept.status !== "VALID" && kept.status !== "PARTIALLY_PAID") return problem(422, "Unprocessable request", `a position that is ${kept.status} cannot be paid`);
    payable.paid = true;
    kept.status = option.payables.every(({ paid }) => paid) ? "PAID" : "PARTIALLY_PAID";
    return { status: 200, body: { nav, status: "PO_PAID" } };
  }

  private read(ec: string, version: 1 | 3, body: unknown): ServiceAnswer | { readonly position: Kept } {
    if (!this.bank.institutions.get(ec)?.enabled) return problem(404, "Not found", "the creditor institution is unknown");
    const read = readPosition(version, body);
    if (!read.ok) return read.error.issues.some(({ message }) => message.startsWith("keys are")) ? conflict("metadata keys are unique and not reserved") : invalid(read.error);
    const payables = payablesOf(read.position);
    if (payables.some(({ dueDate }) => Date.parse(dueDate) < this.bank.now())) return problem(400, "Bad request", "dueDate: must not be past");
    const mine = new Set([...payables.map(({ nav }) => nav), ...payables.map(({ iuv }) => iuv)]);
    const taken = this.all(ec).some(other => other.iupd !== read.position.iupd && payablesOf(other).some(({ nav, iuv }) => mine.has(nav) || mine.has(iuv)));
    return taken || mine.size < payables.length * 2 ? conflict("an IUV or notice number is another payment option's") : { position: read.position };
  }

  private take(ec: string, position: Kept, publish: boolean, status: number): ServiceAnswer {
    position.status = publish ? "VALID" : "DRAFT";
    this.kept.set(`${ec}/${position.iupd}`, position);
    return { status, body: shown(position) };
  }
}

const shown = ({ body, status }: Kept): object => ({ ...body, status });

const path = z.object({ ec: z.string(), iupd: z.string().default(""), nav: z.string().default("") });
const query = z.object({ toPublish: z.stringbool().default(false), limit: z.coerce.number().int().min(1).max(50).default(10), page: z.coerce.number().int().min(0).default(0) });

/** GPD, the register that answers the node in the institution's stead: versions 1 and 3 of `/gpd/debt-positions-service`. */
export function registerGpd(app: FastifyInstance, bank: Bank): void {
  const register = new Register(bank);
  const route = (method: "GET" | "POST" | "PUT" | "DELETE", url: string, serve: (ec: string, asked: { iupd: string; nav: string; toPublish: boolean; limit: number; page: number }, request: FastifyRequest) => ServiceAnswer) =>
    app.route({ method, url, handler: (request, reply) => throughGateway(request, reply, { bank, product: "gpd", operation: "gpd", serve: () => {
      const asked = query.safeParse(request.query);
      if (!asked.success) return invalid(asked.error);
      const { ec, ...named } = path.parse(request.params);
      return serve(ec, { ...named, ...asked.data }, request);
    } }) });

  for (const version of [1, 3] as const) {
    const positions = `/gpd/debt-positions-service/v${version}/organizations/:ec/debtpositions`;
    route("POST", positions, (ec, { toPublish }, { body }) => register.create(ec, version, body, toPublish));
    route("GET", positions, (ec, { limit, page }) => ({ status: 200, body: { payment_position_list: register.all(ec).slice(page * limit, (page + 1) * limit).map(shown), page_info: { page, limit } } }));
    route("GET", `${positions}/:iupd`, (ec, { iupd }) => register.show(ec, version, iupd));
    route("PUT", `${positions}/:iupd`, (ec, { iupd, toPublish }, { body }) => register.replace(ec, version, iupd, body, toPublish));
    route("DELETE", `${positions}/:iupd`, (ec, { iupd }) => register.delete(ec, iupd));
    route("POST", `${positions}/:iupd/publish`, (ec, { iupd }) => register.publish(ec, iupd));
  }
  // What only version 1 can do.
  route("POST", "/gpd/debt-positions-service/v1/organizations/:ec/debtpositions/:iupd/invalidate", (ec, { iupd }) => register.invalidate(ec, iupd));
  route("POST", "/gpd/debt-positions-service/v1/organizations/:ec/paymentoptions/paids/:nav", (ec, { nav }) => register.pay(ec, nav));
}
