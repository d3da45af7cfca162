import { setTimeout as sleep } from "node:timers/promises";
import { dayInRome } from "../../../kernel/clock.ts";
import type { Message, Style } from "../contract/write.ts";
import type { NodeFault } from "../judge.ts";
import { type Bank, newToken, type Payment } from "./bank.ts";
import { receiptOf, type PaymentFacts } from "./receipt.ts";
import { type Delivery, ReceiptQueue, type Recipient } from "./receipt-queue.ts";
import { standInData } from "./stand-in.ts";
import { callStation, type Call, type Exchange } from "./station.ts";

/** What the node answers a PSP. */
export interface PspView {
  readonly outcome: "OK" | "KO";
  readonly fault?: NodeFault;
  /** The call of the station, when there was one. */
  readonly exchange?: Exchange;
}

export interface Notice {
  readonly fiscalCode: string;
  readonly noticeNumber: string;
  /** The station's configured version of the primitives. */
  readonly version: 1 | 2;
  readonly style: Style;
  /** Other identifiers than the configured ones, to try a station's checks. */
  readonly as?: { readonly idPA?: string | undefined; readonly idBrokerPA?: string | undefined; readonly idStation?: string | undefined } | undefined;
}

export interface Activation extends Notice {
  /** Euro with two decimals, as the PSP knew it. */
  readonly amount?: string | undefined;
  readonly paymentNote?: string | undefined;
  readonly transferType?: "POSTAL" | "PAGOPA" | undefined;
  readonly dueDate?: string | undefined;
  /** Milliseconds that the token lives, at most what the node admits. */
  readonly expirationTime?: number | undefined;
  /** Serve from the archive, as the node does while the station is down. */
  readonly standIn?: boolean | undefined;
}

const refused = (faultCode: string, description: string): PspView => ({ outcome: "KO", fault: { faultCode, description } });

const viewOf = (exchange: Exchange): PspView =>
  exchange.verdict.outcome === "OK" ? { outcome: "OK", exchange } : { outcome: "KO", fault: exchange.verdict.fault, exchange };

/** The node towards the stations, with a PSP's hand on it. */
export class Driver {
  readonly receipts: ReceiptQueue;

  constructor(private readonly bank: Bank) {
    this.receipts = new ReceiptQueue(bank);
  }

  /** Asks what is due for a notice. Changes nothing. */
  async verify(notice: Notice): Promise<PspView> {
    return this.refusal(notice) ?? this.ask("verify", { operation: "paVerifyPaymentNotice", ...this.to(notice, { qrCode: qrCode(notice) }) });
  }

  /** Asks for a spontaneous payment's notice; `data` is the service's request, base64. */
  async demand(notice: Omit<Notice, "noticeNumber">, service: { id: string; subject: string; data: string }): Promise<PspView> {
    const asked = { idServizio: service.id, idSoggettoServizio: service.subject, datiSpecificiServizioRequest: service.data };
    return this.ask("demand", { operation: "paDemandPaymentNotice", ...this.to(notice, asked) });
  }

  /** Takes the notice for one PSP: until its token expires, nobody else can verify or activate it. */
  async activate(activation: Activation): Promise<PspView & { readonly payment?: Payment }> {
    const no = this.refusal(activation);
    if (no) return no;
    const { fiscalCode, noticeNumber, version, style, paymentNote, amount, transferType, dueDate, standIn = false } = activation;
    const { tokenLife } = this.bank.settings;
    const expiresAt = this.bank.now() + Math.min(activation.expirationTime ?? tokenLife, tokenLife);
    const payment: Payment = { paymentToken: newToken(), fiscalCode, noticeNumber, version, style, paymentNote, expiresAt, standIn, phase: "ACTIVATING", deliveries: [] };
    this.bank.payments.set(payment.paymentToken, payment);
    const asked = { qrCode: qrCode(activation), amount, paymentNote, transferType, dueDate };
    const view = standIn
      ? this.fromArchive(payment)
      : await this.ask("activate", { operation: version === 2 ? "paGetPaymentV2" : "paGetPayment", ...this.to(activation, asked) });
    if (view.outcome === "KO") {
      this.bank.payments.delete(payment.paymentToken);
      return view;
    }
    if (view.exchange?.verdict.outcome === "OK") payment.data = view.exchange.verdict.answer.data as Message;
    payment.phase = "PAYING";
    return { ...view, payment };
  }

  /**
   * The PSP says how the payment ended. OK sends the receipts, also when the token has expired meanwhile (the PSP is told
   * `PPT_TOKEN_SCADUTO`, the money was taken all the same); KO sends nothing.
   */
  async outcome(paymentToken: string, outcome: "OK" | "KO", facts: PaymentFacts): Promise<PspView & { readonly payment?: Payment }> {
    const payment = this.bank.payments.get(paymentToken);
    if (!payment) return refused("PPT_TOKEN_SCONOSCIUTO", "nessun pagamento ha questo token");
    if (payment.phase === "PAID") return refused("PPT_PAGAMENTO_DUPLICATO", "l'esito di questo pagamento è già stato comunicato");
    if (payment.phase !== "PAYING") return refused("PPT_ESITO_GIA_ACQUISITO", "questo tentativo di pagamento è già concluso");
    if (outcome === "KO") {
      payment.phase = "ABANDONED";
      return { outcome: "OK", payment };
    }
    payment.phase = "PAID";
    payment.paidAt = this.bank.clock.now();
    payment.receipt = await receiptOf(this.bank, payment, facts, payment.paidAt);
    const deposit = this.bank.depositOf(payment.fiscalCode, payment.noticeNumber);
    if (deposit && payment.standIn) deposit.status = "PAID";
    const expired = payment.expiresAt <= this.bank.now();
    return expired ? { ...refused("PPT_TOKEN_SCADUTO", "il token era scaduto"), payment } : { outcome: "OK", payment };
  }

  /** Sends a payment's receipt to the issuer's station and to every station that asked for copies. */
  async notify(payment: Payment): Promise<readonly Delivery[]> {
    const deliveries = await Promise.all(this.recipients(payment).map(async to => this.receipts.send(to, payment.receipt!)));
    payment.deliveries.push(...deliveries);
    return deliveries;
  }

  /** The station of an institution, as a receipt's recipient. */
  recipient(idPA: string, { version, style }: Pick<Notice, "version" | "style">): Recipient {
    const institution = this.bank.institutions.get(idPA);
    return { idPA, idBrokerPA: institution?.brokerId ?? idPA, idStation: institution?.stationId ?? `${idPA}_01`, url: institution?.stationUrl, version, style };
  }

  private recipients(payment: Payment): Recipient[] {
    const transfers = (payment.receipt!.transferList as Message).transfer as readonly Message[];
    const beneficiaries = [...new Set(transfers.map(({ fiscalCodePA }) => fiscalCodePA as string))];
    const copies = beneficiaries.flatMap(idPA =>
      (this.bank.institutions.get(idPA)?.broadcast ?? []).map(({ brokerId, stationId, url, version = 2 }): Recipient => ({ idPA, idBrokerPA: brokerId, idStation: stationId, url, version, style: payment.style })),
    );
    return [this.recipient(payment.fiscalCode, payment), ...copies];
  }

  /** What the node refuses by itself, without a call. */
  private refusal({ fiscalCode, noticeNumber }: Notice): PspView | undefined {
    const institution = this.bank.institutions.get(fiscalCode);
    if (!institution) return refused("PPT_DOMINIO_SCONOSCIUTO", "l'ente creditore non è censito");
    if (!institution.enabled) return refused("PPT_DOMINIO_DISABILITATO", "l'ente creditore è disabilitato");
    const block = this.bank.blockOf(fiscalCode, noticeNumber);
    return block && refused(block, block === "PPT_PAGAMENTO_IN_CORSO" ? "un altro pagamento è in corso" : "l'avviso è già stato pagato");
  }

  /** A question for an institution's station: who asks and what, and where it listens. */
  private to(notice: Omit<Notice, "noticeNumber">, asked: Message): Omit<Call, "operation"> {
    const { idPA, idBrokerPA, idStation, url, style } = this.recipient(notice.fiscalCode, notice);
    const { as } = notice;
    return { url, style, message: { idPA: as?.idPA ?? idPA, idBrokerPA: as?.idBrokerPA ?? idBrokerPA, idStation: as?.idStation ?? idStation, ...asked } };
  }

  private fromArchive(payment: Payment): PspView {
    const data = standInData(this.bank, payment, dayInRome(this.bank.clock.now()));
    if (!data) return refused("PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", "la stazione non risponde e l'archivio non ha la posizione");
    payment.data = data;
    return { outcome: "OK" };
  }

  /** Calls the station under the fault at hand: `refuse` and `unavailable` are the node's own, `slow` and `late` wait, `duplicate` asks twice. */
  private async ask(step: string, call: Call): Promise<PspView> {
    const fault = this.bank.world.faults.take("pagopa", step);
    if (fault?.kind === "refuse") return refused(fault.code ?? "PPT_CANALE_DISABILITATO", "il nodo rifiuta la richiesta");
    if (fault?.kind === "unavailable") return refused("PPT_SYSTEM_ERROR", "il nodo non è disponibile");
    if (fault?.kind === "slow" || fault?.kind === "late") await sleep(fault.ms ?? 1_000);
    if (fault?.kind === "duplicate") void callStation(this.bank, call);
    return viewOf(await callStation(this.bank, call));
  }
}

const qrCode = ({ fiscalCode, noticeNumber }: Notice): Message => ({ fiscalCode, noticeNumber });
