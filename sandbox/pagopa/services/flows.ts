import { dayInRome } from "../../../kernel/clock.ts";
import { cents } from "../judge.ts";
import type { Message } from "../contract/write.ts";
import type { Bank, Payment } from "../node/bank.ts";
import { psp } from "../node/psp.ts";

/** One line of a flow, `pay` in euro cents. */
export interface FlowPayment {
  readonly iuv: string;
  readonly iur: string;
  readonly idTransfer: number;
  readonly pay: number;
  readonly payStatus: "EXECUTED" | "STAND_IN" | "STAND_IN_NO_RPT" | "NO_RPT";
  readonly payDate: Date;
}

/** A reporting flow in one of its revisions: what the provider wired to one account in one transfer. */
export interface Flow {
  readonly fdr: string;
  readonly revision: number;
  readonly organizationId: string;
  readonly status: "INSERTED" | "PUBLISHED";
  readonly created: Date;
  /** `YYYY-MM-DD`. */
  readonly regulationDate: string;
  readonly regulation: string;
  readonly payments: readonly FlowPayment[];
  readonly declaredSum: number;
}

/** What to falsify, so that a reconciliation finds something: lines left out, changed or made up; a wrong declared sum. */
export interface Falsification {
  readonly omit?: readonly string[] | undefined;
  readonly amend?: readonly { readonly iur: string; readonly iuv?: string | undefined; readonly pay?: number | undefined }[] | undefined;
  readonly extra?: readonly Pick<FlowPayment, "iuv" | "iur" | "idTransfer" | "pay">[] | undefined;
  readonly declaredSum?: number | undefined;
}

const linesOf = ({ receipt, standIn, paidAt, paymentToken }: Payment, organizationId: string): [account: string, line: FlowPayment][] =>
  ((receipt!.transferList as Message).transfer as readonly Message[])
    .filter(({ fiscalCodePA, IBAN }) => fiscalCodePA === organizationId && IBAN !== undefined)
    .map(({ IBAN, idTransfer, transferAmount }) => [
      IBAN as string,
      {
        iuv: receipt!.creditorReferenceId as string,
        iur: paymentToken,
        idTransfer: Number(idTransfer),
        pay: cents(transferAmount as string),
        payStatus: standIn ? "STAND_IN" : "EXECUTED",
        payDate: paidAt!,
      },
    ]);

const falsify = (payments: readonly FlowPayment[], { omit = [], amend = [], extra = [] }: Falsification, now: Date): FlowPayment[] => [
  ...payments
    .filter(({ iur }) => !omit.includes(iur))
    .map(line => {
      const change = amend.find(({ iur }) => iur === line.iur);
      return { ...line, iuv: change?.iuv ?? line.iuv, pay: change?.pay ?? line.pay };
    }),
  ...extra.map(line => ({ ...line, payStatus: "EXECUTED" as const, payDate: now })),
];

const sum = (payments: readonly FlowPayment[]): number => payments.reduce((total, { pay }) => total + pay, 0);

/** The provider's reporting: what was paid and not yet reported, one flow for each account. */
export class Flows {
  private readonly flows: Flow[] = [];
  private readonly reported = new Set<string>();
  private sequence = 0;

  constructor(private readonly bank: Bank) {}

  /** Makes the flows of an institution. Nothing new to report makes no flow, unless lines are made up. */
  publish(organizationId: string, status: Flow["status"], falsification: Falsification): readonly Flow[] {
    const accounts = new Map<string, FlowPayment[]>();
    for (const [account, line] of this.bank.paid().flatMap(payment => linesOf(payment, organizationId))) {
      const key = `${line.iur}/${line.idTransfer}`;
      if (this.reported.has(key)) continue;
      this.reported.add(key);
      accounts.set(account, [...(accounts.get(account) ?? []), line]);
    }
    if (accounts.size === 0 && falsification.extra) accounts.set("", []);
    return [...accounts.values()].map((lines, index) => this.add(organizationId, status, lines, index === 0 ? falsification : { ...falsification, extra: [] }));
  }

  /** A new revision of a flow, with changed lines. Undefined when there is no such flow. */
  revise(fdr: string, falsification: Falsification): Flow | undefined {
    const last = this.flows.findLast(each => each.fdr === fdr);
    if (!last) return undefined;
    const now = this.bank.clock.now();
    const payments = falsify(last.payments, falsification, now);
    const flow: Flow = { ...last, revision: last.revision + 1, status: "PUBLISHED", created: now, payments, declaredSum: falsification.declaredSum ?? sum(payments) };
    this.flows.push(flow);
    return flow;
  }

  /** The last published revision of each flow of an institution, or every one, from the last 30 days, oldest first. */
  published(organizationId: string, { everyRevision = false }: { everyRevision?: boolean } = {}): readonly Flow[] {
    const oldest = this.bank.now() - 30 * 86_400_000;
    const mine = this.flows.filter(each => each.organizationId === organizationId && each.status === "PUBLISHED" && each.created.getTime() >= oldest);
    return mine.filter(each => everyRevision || !mine.some(other => other.fdr === each.fdr && other.revision > each.revision));
  }

  find(organizationId: string, fdr: string, revision: number, pspId: string): Flow | undefined {
    if (pspId !== psp.id) return undefined;
    return this.flows.find(each => each.organizationId === organizationId && each.fdr === fdr && each.revision === revision && each.status === "PUBLISHED");
  }

  private add(organizationId: string, status: Flow["status"], lines: readonly FlowPayment[], falsification: Falsification): Flow {
    const now = this.bank.clock.now();
    const regulationDate = dayInRome(now);
    const number = String((this.sequence += 1)).padStart(10, "0");
    const payments = falsify(lines, falsification, now);
    const declaredSum = falsification.declaredSum ?? sum(payments);
    const flow: Flow = { fdr: `${regulationDate}${psp.id}-${number}`, revision: 1, organizationId, status, created: now, regulationDate, regulation: `TRN${number}`, payments, declaredSum };
    this.flows.push(flow);
    return flow;
  }
}
