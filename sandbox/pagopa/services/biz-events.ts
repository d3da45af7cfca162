import type { FastifyInstance } from "fastify";
import type { Message } from "../contract/write.ts";
import type { Bank } from "../node/bank.ts";
import { needsKey, problem, RateLimit, type ServiceAnswer, throughGateway } from "./gateway.ts";

type Wire = { readonly [name: string]: unknown };

const person = ({ uniqueIdentifier, "e-mail": email, ...rest }: Message): Wire => ({ ...(uniqueIdentifier as Message), ...rest, email });

const metadata = (value: Message["metadata"]): unknown => (value as Message | undefined)?.mapEntry;

const transfer = ({ idTransfer, transferAmount, IBAN, MBDAttachment, metadata: more, ...rest }: Message): Wire => ({
  ...rest,
  idTransfer: Number(idTransfer),
  transferAmount: Number(transferAmount),
  iban: IBAN,
  mbdAttachment: MBDAttachment,
  metadata: metadata(more),
});

/** A receipt in the words of this service: numbers for amounts, flat persons, another spelling of some names. */
const asWire = ({ PSPCompanyName, paymentAmount, fee, debtor, payer, transferList, metadata: more, paymentDateTime, standIn: _, ...rest }: Message): Wire => ({
  ...rest,
  pspCompanyName: PSPCompanyName,
  paymentAmount: Number(paymentAmount),
  fee: fee === undefined ? undefined : Number(fee),
  debtor: person(debtor as Message),
  payer: payer && person(payer as Message),
  transferList: ((transferList as Message).transfer as readonly Message[]).map(transfer),
  paymentDateTime: (paymentDateTime as string).slice(0, 10),
  paymentDateTimeFormatted: paymentDateTime,
  metadata: metadata(more),
});

function find(bank: Bank, { organization, iur, iuv }: { organization: string; iur: string; iuv?: string }): ServiceAnswer {
  const receipt = bank.payments.get(iur)?.receipt;
  const transfers = receipt ? ((receipt.transferList as Message).transfer as readonly Message[]) : [];
  const concerned = receipt?.fiscalCode === organization || transfers.some(({ fiscalCodePA }) => fiscalCodePA === organization);
  if (!receipt || !concerned || (iuv !== undefined && receipt.creditorReferenceId !== iuv)) return problem(404, "Not found", "no receipt with these identifiers");
  return { status: 200, body: asWire(receipt) };
}

/** The lookup of one receipt, for creditors whose station lost it: slow by contract, a few calls an hour. */
export function registerBizEvents(app: FastifyInstance, bank: Bank): void {
  const rate = new RateLimit(bank.settings.limits.receipts);
  const base = "/bizevents/service/v1/organizations/:organization/receipts/:iur";
  for (const path of [base, `${base}/paymentoptions/:iuv`]) {
    app.get<{ Params: { organization: string; iur: string; iuv?: string } }>(path, { onRequest: needsKey(bank, "bizEvents") }, async (request, reply) =>
      throughGateway(request, reply, {
        bank,
        operation: "biz-events",
        limit: { rate, by: ({ headers }) => String(headers["ocp-apim-subscription-key"]) },
        serve: () => find(bank, request.params),
      }),
    );
  }
}
