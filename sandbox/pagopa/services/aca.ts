import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Bank, Deposit } from "../node/bank.ts";
import { invalid, needsKey, problem, type ServiceAnswer, throughGateway } from "./gateway.ts";

const iban = z.string().length(27);

const request = z.object({
  paFiscalCode: z.string().length(11),
  entityType: z.enum(["F", "G"]),
  entityFiscalCode: z.string().min(2),
  entityFullName: z.string().min(1).max(255),
  iuv: z.string().min(1).max(255),
  nav: z.string().min(1).max(255).optional(),
  amount: z.int().min(0).max(99_999_999_999),
  description: z.string().min(1).max(255),
  expirationDate: z.iso.datetime({ offset: true }),
  iban: iban.optional(),
  postalIban: iban.optional(),
  switchToExpired: z.boolean().default(false),
  payStandIn: z.boolean().default(true),
});

const forbids = (bank: Bank, { paFiscalCode, iuv, nav, iban: account, postalIban }: z.output<typeof request> & { nav: string }): ServiceAnswer | undefined => {
  const institution = bank.institutions.get(paFiscalCode);
  if (!institution?.enabled) return problem(404, "Invocation exception", "the creditor institution is unknown");
  if (bank.depositOf(paFiscalCode, nav) && bank.depositOf(paFiscalCode, nav)?.iuv !== iuv) return problem(409, "Invocation exception", "the notice number belongs to another position");
  const registered = (one: string | undefined) => one === undefined || institution.ibans.includes("*") || institution.ibans.includes(one);
  return registered(account) && registered(postalIban) ? undefined : problem(422, "Unprocessable request", "the account is not registered for the institution");
};

/** Creates, updates or (amount 0) closes a position; a repeat changes nothing and answers the same. */
function take(bank: Bank, body: unknown): ServiceAnswer {
  const parsed = request.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const position = { ...parsed.data, nav: parsed.data.nav ?? `3${parsed.data.iuv}` };
  const no = forbids(bank, position);
  if (no) return no;
  const before = bank.depositByIuv(position.paFiscalCode, position.iuv);
  const closing = position.amount === 0;
  if (closing && !before) return problem(404, "Invocation exception", "there is no such position to close");
  if (before?.status === "PAID") return problem(422, "Unprocessable request", "the position is paid");
  if (before?.status === "INVALID" && !closing) return problem(422, "Unprocessable request", "the position is closed");
  const after: Deposit = closing ? { ...before!, status: "INVALID" } : { ...position, status: "VALID" };
  bank.deposit(after);
  return { status: 200, body: { ...after, companyName: bank.institutions.get(after.paFiscalCode)!.name } };
}

/** ACA, the archive of positions from which the node serves while a station is down: `POST /aca/v1/paCreatePosition`; and a look into it. */
export function registerAca(app: FastifyInstance, bank: Bank): void {
  app.get<{ Params: { fiscalCode: string; noticeNumber: string } }>("/pagopa/node/archive/:fiscalCode/:noticeNumber", async ({ params }, reply) => {
    const deposit = bank.depositOf(params.fiscalCode, params.noticeNumber);
    return deposit ?? reply.code(404).send({ error: "the archive has no such position" });
  });
  app.post("/aca/v1/paCreatePosition", { onRequest: needsKey(bank, "aca") }, async (request, reply) =>
    throughGateway(request, reply, { bank, operation: "aca", serve: () => take(bank, request.body) }),
  );
}
