import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Bank } from "../node/bank.ts";
import { psp } from "../node/psp.ts";
import { type Flow, Flows } from "./flows.ts";
import { needsKey, type ServiceAnswer, throughGateway } from "./gateway.ts";
import { statementOf } from "./statement.ts";

const page = { page: z.coerce.number().int().min(1).default(1), size: z.coerce.number().int().min(1).max(1_000).default(1_000) };
const instant = z.iso.datetime({ offset: true }).transform(text => new Date(text));
const listQuery = z.object({ ...page, pspId: z.string().min(1).max(35).optional(), publishedGt: instant.optional(), flowDate: instant.optional() });
/** Of payments there may be more on a page than of flows. */
const pageQuery = z.object({ page: page.page, size: z.coerce.number().int().min(1).default(1_000) });
const flowPath = z.object({ organization: z.string(), fdr: z.string(), revision: z.coerce.number().int().min(1), pspId: z.string() });

const descriptions: Record<number, string> = { 400: "Bad Request", 404: "Not Found" };

const failure = (status: 400 | 404, code: string, errors: readonly object[]): ServiceAnswer => ({
  status,
  body: { errorId: randomUUID(), httpStatusCode: status, httpStatusDescription: descriptions[status], appErrorCode: `FDR-${code}`, errors },
});

const badRequest = (error: z.ZodError): ServiceAnswer => failure(400, "0400", error.issues.map(({ path, message }) => ({ path: path.join("."), message })));

function paged<Row>(rows: readonly Row[], { page: number, size }: { page: number; size: number }, show: (row: Row, index: number) => object): ServiceAnswer {
  const from = (number - 1) * size;
  const data = rows.slice(from, from + size).map((row, index) => show(row, from + index));
  return { status: 200, body: { metadata: { pageSize: size, pageNumber: number, totPage: Math.ceil(rows.length / size) }, count: data.length, data } };
}

const single = (bank: Bank, flow: Flow): object => ({
  status: flow.status,
  revision: flow.revision,
  created: flow.created,
  updated: flow.created,
  published: flow.created,
  fdr: flow.fdr,
  fdrDate: flow.created,
  regulation: flow.regulation,
  regulationDate: flow.regulationDate,
  bicCodePouringBank: psp.bic,
  sender: { type: "BIC_CODE", id: psp.bic, pspId: psp.id, pspName: psp.name, pspBrokerId: psp.brokerId, channelId: psp.channelId },
  receiver: { id: flow.organizationId, organizationId: flow.organizationId, organizationName: bank.institutions.get(flow.organizationId)?.name },
  totPayments: flow.payments.length,
  sumPayments: flow.declaredSum / 100,
  computedTotPayments: flow.payments.length,
  computedSumPayments: flow.payments.reduce((total, { pay }) => total + pay, 0) / 100,
});

const falsification = {
  omit: z.array(z.string()).optional(),
  amend: z.array(z.strictObject({ iur: z.string(), iuv: z.string().optional(), pay: z.int().min(0).optional() })).optional(),
  extra: z.array(z.strictObject({ iuv: z.string(), iur: z.string(), idTransfer: z.int().min(1).max(5).default(1), pay: z.int().min(1) })).optional(),
  declaredSum: z.int().min(0).optional(),
};
const publication = z.strictObject({ fiscalCode: z.string(), status: z.enum(["INSERTED", "PUBLISHED"]).default("PUBLISHED"), ...falsification });

/**
 * FdR, the reporting of what providers wired: the read side for creditors under `/fdr-org/service/v1`, and the
 * provider's hand as JSON: `POST /pagopa/node/flows` publishes what was paid, `…/flows/:fdr/revisions` publishes it anew. What
 * the creditor's bank tells of a day stands under `GET /pagopa/node/statements/:fiscalCode/:day`.
 */
export function registerFdr(app: FastifyInstance, bank: Bank): void {
  const flows = new Flows(bank);
  const base = "/fdr-org/service/v1/organizations/:organization/fdrs";

  const get = (path: string, serve: (request: FastifyRequest) => ServiceAnswer) =>
    app.get(path, { onRequest: needsKey(bank, "fdr") }, async (request: FastifyRequest, reply: FastifyReply) =>
      throughGateway(request, reply, { bank, operation: "fdr", serve: () => serve(request) }),
    );

  const withFlow = (request: FastifyRequest, show: (flow: Flow) => ServiceAnswer): ServiceAnswer => {
    const path = flowPath.safeParse(request.params);
    if (!path.success) return badRequest(path.error);
    const { organization, fdr, revision, pspId } = path.data;
    const flow = flows.find(organization, fdr, revision, pspId);
    return flow ? show(flow) : failure(404, "0701", [{ message: "no published flow with these identifiers" }]);
  };

  get(base, request => {
    const query = listQuery.safeParse(request.query);
    if (!query.success) return badRequest(query.error);
    const { pspId, publishedGt, flowDate } = query.data;
    const organization = (request.params as { organization: string }).organization;
    if (!bank.institutions.has(organization)) return failure(404, "0716", [{ message: "the institution is unknown" }]);
    const wanted = flows
      .published(organization)
      .filter(({ created }) => (pspId ?? psp.id) === psp.id && (!publishedGt || created > publishedGt) && (!flowDate || created >= flowDate));
    return paged(wanted, query.data, ({ fdr, revision, created }) => ({ fdr, pspId: psp.id, revision, published: created, flowDate: created }));
  });
  get(`${base}/:fdr/revisions/:revision/psps/:pspId`, request => withFlow(request, flow => ({ status: 200, body: single(bank, flow) })));
  get(`${base}/:fdr/revisions/:revision/psps/:pspId/payments`, request => {
    const query = pageQuery.safeParse(request.query);
    if (!query.success) return badRequest(query.error);
    return withFlow(request, ({ payments }) => paged(payments, query.data, ({ pay, ...line }, index) => ({ index: index + 1, ...line, pay: pay / 100 })));
  });

  app.post("/pagopa/node/flows", async ({ body }, reply) => {
    const input = publication.safeParse(body);
    if (!input.success) return reply.code(400).send(badRequest(input.error).body);
    return { flows: flows.publish(input.data.fiscalCode, input.data.status, input.data) };
  });
  app.post<{ Params: { fdr: string } }>("/pagopa/node/flows/:fdr/revisions", async ({ params, body }, reply) => {
    const input = z.strictObject(falsification).safeParse(body ?? {});
    if (!input.success) return reply.code(400).send(badRequest(input.error).body);
    const flow = flows.revise(params.fdr, input.data);
    return flow ? { flows: [flow] } : reply.code(404).send({ error: "there is no such flow" });
  });
  app.get<{ Params: { fiscalCode: string; day: string } }>("/pagopa/node/statements/:fiscalCode/:day", async ({ params: { fiscalCode, day } }, reply) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return reply.code(400).send({ error: "a day is YYYY-MM-DD" });
    return reply.type("application/xml; charset=utf-8").send(statementOf(flows.published(fiscalCode, { everyRevision: true }), day));
  });
}
