import type { Fault } from "../../faults.ts";
import type { Message, Style } from "../contract/write.ts";
import type { Bank } from "./bank.ts";
import { callStation, type Exchange } from "./station.ts";

/** The station that a receipt is meant for. */
export interface Recipient {
  /** The institution being notified: the issuer, or a beneficiary whose station asked for copies. */
  readonly idPA: string;
  readonly idBrokerPA: string;
  readonly idStation: string;
  readonly url?: string | undefined;
  readonly version: 1 | 2;
  readonly style: Style;
}

/** A receipt on its way to a station. `NOTICE_PENDING` without `nextTryAt` waits for somebody to restart it. */
export interface Delivery {
  readonly recipient: Recipient;
  readonly receipt: Message;
  state: "NOTICE_GENERATED" | "NOTICE_PENDING" | "NOTIFIED";
  tries: number;
  /** Unix milliseconds. */
  nextTryAt?: number | undefined;
  /** Why it stays away: a fault that somebody imposed. */
  heldBy?: string;
  /** The last call. */
  last?: Exchange;
}

const final = ({ verdict }: Exchange): boolean => verdict.outcome === "OK" || verdict.fault.faultCode === "PPT_ERRORE_EMESSO_DA_PAA";

const cut = (xml: string): string => xml.slice(0, Math.floor(xml.length / 2));

/**
 * Delivers receipts as the node does: a valid answer, OK or KO, ends it; silence, a bad answer or a closed door is
 * tried again after an interval, a set number of times.
 *
 * Faults of operation `receipt` bend single tries: `silent` loses it for good though the node believes it delivered;
 * `late` and `slow` hold it for `ms`, or, with code `reorder`, until another receipt was delivered; `duplicate` sends
 * it twice at once; `reset` delivers it and loses the answer; `unavailable` does not get through; `malformed` cuts it.
 */
export class ReceiptQueue {
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly pending = new Set<Delivery>();
  private readonly overtaken: (() => Promise<void>)[] = [];

  constructor(private readonly bank: Bank) {}

  /** Queues a receipt and makes the first try. Resolves after that try, or at once when a fault holds the receipt. */
  async send(recipient: Recipient, receipt: Message): Promise<Delivery> {
    const delivery: Delivery = { recipient, receipt, state: "NOTICE_GENERATED", tries: 0 };
    await this.attempt(delivery);
    return delivery;
  }

  /** Tries again everything that is pending, now: what support does for a station that came back. */
  async restart(): Promise<readonly Delivery[]> {
    const deliveries = [...this.pending];
    await Promise.all(deliveries.map(async delivery => this.attempt(delivery)));
    return deliveries;
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const fault = this.bank.world.faults.take("pagopa", "receipt");
    const deliver = async (): Promise<void> => this.callAndSettle(delivery, fault);
    if (fault?.kind === "silent") {
      delivery.state = "NOTIFIED";
      delivery.heldBy = "silent";
    } else if (fault?.kind === "late" && fault.code === "reorder") {
      delivery.heldBy = "reorder";
      this.overtaken.push(deliver);
    } else if (fault?.kind === "late" || fault?.kind === "slow") {
      delivery.heldBy = fault.kind;
      this.after(fault.ms ?? 1_000, deliver);
    } else {
      await deliver();
      await Promise.all(this.overtaken.splice(0).map(async held => held()));
    }
  }

  private async callAndSettle(delivery: Delivery, fault: Fault | undefined): Promise<void> {
    delivery.tries += 1;
    const exchange = await this.call(delivery, fault);
    if (exchange) delivery.last = exchange;
    const settled = exchange !== undefined && fault?.kind !== "reset" && final(exchange);
    delivery.state = settled ? "NOTIFIED" : "NOTICE_PENDING";
    delivery.nextTryAt = undefined;
    if (settled) {
      this.pending.delete(delivery);
      return;
    }
    this.pending.add(delivery);
    const { everyMs, tries } = this.bank.settings.retry;
    if (delivery.tries > tries) return;
    delivery.nextTryAt = this.bank.now() + everyMs;
    // A restart may have delivered it, or set a newer date, before this one comes.
    const due = delivery.nextTryAt;
    this.after(everyMs, async () => {
      if (delivery.nextTryAt === due && this.pending.has(delivery)) await this.attempt(delivery);
    });
  }

  private async call({ recipient, receipt }: Delivery, fault: Fault | undefined): Promise<Exchange | undefined> {
    if (fault?.kind === "unavailable") return undefined;
    const { idPA, idBrokerPA, idStation, url, version, style } = recipient;
    const once = async () =>
      callStation(this.bank, {
        operation: version === 2 ? "paSendRTV2" : "paSendRT",
        message: { idPA, idBrokerPA, idStation, receipt },
        style,
        url,
        ...(fault?.kind === "malformed" && { spoil: cut }),
      });
    if (fault?.kind === "duplicate") return (await Promise.all([once(), once()]))[1];
    return once();
  }

  private after(ms: number, run: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run().catch((error: unknown) => this.bank.world.log.error({ err: error }, "a receipt could not be delivered"));
    }, ms);
    timer.unref();
    this.timers.add(timer);
  }
}
