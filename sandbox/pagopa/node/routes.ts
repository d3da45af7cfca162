import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { styles } from "../contract/write.ts";
import { type Bank, newToken, type Payment } from "./bank.ts";
import type { Driver, PspView } from "./driver.ts";
import type { Delivery } from "./receipt-queue.ts";
import { foreignReceipt } from "./foreign-receipt.ts";
import { registerJudge } from "./judge-routes.ts";
import { stampFlaws } from "./stamp.ts";

const creditorCode = z.string().regex(/^[0-9]{11}$/);
const euros = z.string().regex(/^\d{1,9}\.\d{2}$/);

const notice = z.strictObject({
  fiscalCode: creditorCode,
  noticeNumber: z.string().regex(/^[0-9]{18}$/),
  version: z.union([z.literal(1), z.literal(2)]).default(2),
  style: z.enum(styles).default("prefixed"),
  as: z.strictObject({ idPA: z.string().optional(), idBrokerPA: z.string().optional(), idStation: z.string().optional() }).optional(),
});

const activation = notice.extend({
  amount: euros.optional(),
  paymentNote: z.string().min(1).max(210).optional(),
  transferType: z.enum(["POSTAL", "PAGOPA"]).optional(),
  dueDate: z.iso.date().optional(),
  expirationTime: z.int().min(1).max(1_800_000).optional(),
  standIn: z.boolean().optional(),
});

const how = {
  outcome: z.enum(["OK", "KO"]).default("OK"),
  paymentMethod: z.string().min(1).max(35).optional(),
  fee: euros.optional(),
  /** What is wrong with the stamps that the receipt brings. */
  stamp: z.enum(stampFlaws).default("none"),
  /** Whether the answer waits for the first try of each delivery. */
  waitForReceipt: z.boolean().default(true),
};

const payment = activation.extend({ ...how, skipVerify: z.boolean().default(false) });
const outcome = z.strictObject({ ...how, paymentToken: z.string() });

const again = z.strictObject({
  /** The same receipt once more; another receipt for the same notice; or a receipt that another institution issued. */
  mode: z.enum(["again", "another", "foreign"]).default("again"),
  fiscalCode: creditorCode,
  noticeNumber: notice.shape.noticeNumber,
  /** `foreign`: the institution notified, its amount and account. */
  idPA: creditorCode.optional(),
  amount: euros.default("10.00"),
  iban: z.string().min(1).max(35).default("IT45R0760103200000000001016"),
  /** How many at once. */
  times: z.int().min(1).max(200).default(1),
  version: notice.shape.version,
  style: notice.shape.style,
});

const demand = z.strictObject({ fiscalCode: creditorCode, style: notice.shape.style, idServizio: z.string(), idSoggettoServizio: z.string(), datiSpecificiServizioRequest: z.base64() });

const institution = z.strictObject({
  name: z.string().min(1).max(140),
  enabled: z.boolean().default(true),
  ibans: z.array(z.string().min(1).max(35)),
  brokerId: z.string().min(1).max(35),
  stationId: z.string().min(1).max(35),
  stationUrl: z.url().exactOptional(),
  broadcast: z.array(z.strictObject({ brokerId: z.string(), stationId: z.string(), url: z.url().exactOptional(), version: z.union([z.literal(1), z.literal(2)]).exactOptional() })).default([]),
});

const shown = ({ paymentToken, phase, receipt, deliveries, standIn }: Payment) => ({ paymentToken, phase, standIn, receipt, deliveries });

/**
 * A PSP's hand on the node, as JSON: `verify`, `activate`, `outcome`, `pay` (all of them), `demand`, `probe`; receipts
 * `deliver`ed once more and `retry`; payments seen; institutions configured. A request that is no request is 400 with its issues;
 * a payment that cannot be made is 200 with `outcome: "KO"` and the fault a PSP would see.
 */
export function registerNode(app: FastifyInstance, bank: Bank, driver: Driver): void {
  const post = <Shape extends z.ZodType>(path: string, shape: Shape, run: (input: z.output<Shape>) => Promise<object>) =>
    app.post(`/pagopa/node${path}`, async ({ body }, reply) => {
      const input = shape.safeParse(body ?? {});
      return input.success ? run(input.data) : unreadable(reply, input.error);
    });

  const settle = async (input: z.output<typeof outcome>): Promise<PspView & { payment?: ReturnType<typeof shown> }> => {
    const { payment: settled, ...view } = await driver.outcome(input.paymentToken, input.outcome, input);
    if (!settled) return view;
    if (settled.phase === "PAID") {
      const notified = driver.notify(settled);
      if (input.waitForReceipt) await notified;
    }
    return { ...view, payment: shown(settled) };
  };

  post("/verify", notice, async input => driver.verify(input));
  post("/probe", notice.partial({ noticeNumber: true }), async input => driver.verify({ ...input, noticeNumber: "000000000000000000" }));
  post("/activate", activation, async input => {
    const { payment: activated, ...view } = await driver.activate(input);
    return { ...view, ...(activated && { payment: shown(activated) }) };
  });
  post("/outcome", outcome, settle);
  post("/demand", demand, async ({ fiscalCode, style, idServizio: id, idSoggettoServizio: subject, datiSpecificiServizioRequest: data }) =>
    driver.demand({ fiscalCode, style, version: 2 }, { id, subject, data }),
  );

  post("/pay", payment, async input => {
    const verify = input.skipVerify || input.standIn ? undefined : await driver.verify(input);
    if (verify?.outcome === "KO") return { outcome: "KO", fault: verify.fault, verify };
    const { payment: activated, ...activate } = await driver.activate(input);
    if (!activated) return { outcome: "KO", fault: activate.fault, verify, activate };
    const ended = await settle({ ...input, paymentToken: activated.paymentToken });
    return { ...ended, paymentToken: activated.paymentToken, verify, activate };
  });

  post("/receipts/deliver", again, async (input): Promise<{ deliveries: readonly Delivery[] } | { outcome: "KO"; reason: string }> => {
    const to = driver.recipient(input.idPA ?? input.fiscalCode, input);
    const known = bank.paymentsOf(input.fiscalCode, input.noticeNumber).find(({ receipt }) => receipt)?.receipt;
    if (input.mode !== "foreign" && !known) return { outcome: "KO", reason: "no payment of this notice was made here" };
    const receipts = await Promise.all(Array.from({ length: input.times }, async () => {
      if (input.mode === "foreign") return foreignReceipt(bank, { ...input, beneficiary: to.idPA });
      return input.mode === "another" ? { ...known, receiptId: newToken() } : known!;
    }));
    return { deliveries: await Promise.all(receipts.map(async receipt => driver.receipts.send(to, receipt))) };
  });
  post("/receipts/retry", z.strictObject({}), async () => ({ deliveries: await driver.receipts.restart() }));

  registerJudge(app, bank);
  app.get<{ Querystring: { noticeNumber?: string } }>("/pagopa/node/payments", async ({ query }) => ({
    payments: [...bank.payments.values()].filter(each => query.noticeNumber === undefined || each.noticeNumber === query.noticeNumber),
  }));
  app.get("/pagopa/node/stamp-authority", async (_, reply) => reply.type("application/x-pem-file").send((await bank.seller()).authority));
  app.get("/pagopa/node/institutions", async () => ({ institutions: [...bank.institutions.values()] }));
  app.put<{ Params: { fiscalCode: string } }>("/pagopa/node/institutions/:fiscalCode", async ({ params, body }, reply) => {
    const input = z.tuple([creditorCode, institution]).safeParse([params.fiscalCode, body]);
    if (!input.success) return unreadable(reply, input.error);
    const configured = { fiscalCode: params.fiscalCode, ...input.data[1] };
    bank.institutions.set(params.fiscalCode, configured);
    return configured;
  });
}

const unreadable = (reply: FastifyReply, error: z.ZodError) =>
  reply.code(400).send({ error: "this is not such a request", issues: error.issues.map(({ path, message }) => ({ path: path.join("."), message })) });
