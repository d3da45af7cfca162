import { randomBytes } from "node:crypto";
import type { Clock } from "../../../kernel/clock.ts";
import type { World } from "../../world.ts";
import type { Message, Style } from "../contract/write.ts";
import type { Institution, NodeSettings } from "../settings.ts";
import { psp } from "./psp.ts";
import type { Delivery } from "./receipt-queue.ts";
import { openSeller, type StampSeller } from "./stamp.ts";

/** How far a payment went: being activated, held by a token, paid, or given up. */
export type Phase = "ACTIVATING" | "PAYING" | "PAID" | "ABANDONED";

/** One attempt to pay a notice. */
export interface Payment {
  readonly paymentToken: string;
  readonly fiscalCode: string;
  readonly noticeNumber: string;
  readonly version: 1 | 2;
  readonly style: Style;
  readonly paymentNote?: string | undefined;
  /** Unix milliseconds until which the token blocks the notice. */
  readonly expiresAt: number;
  readonly standIn: boolean;
  phase: Phase;
  /** The `data` that the station (or the archive, in stand-in) answered. */
  data?: Message;
  paidAt?: Date;
  receipt?: Message;
  readonly deliveries: Delivery[];
}

/** A position that the creditor deposited in the archive from which the node serves when the station is down. */
export interface Deposit {
  readonly paFiscalCode: string;
  readonly entityType: "F" | "G";
  readonly entityFiscalCode: string;
  readonly entityFullName: string;
  readonly iuv: string;
  readonly nav: string;
  /** Euro cents. */
  readonly amount: number;
  readonly description: string;
  readonly expirationDate: string;
  readonly iban?: string | undefined;
  readonly postalIban?: string | undefined;
  readonly switchToExpired: boolean;
  readonly payStandIn: boolean;
  status: "VALID" | "INVALID" | "PAID";
}

const keyOf = (fiscalCode: string, noticeNumber: string): string => `${fiscalCode}/${noticeNumber}`;

/** A payment token: what becomes the receipt's identifier (IUR). 32 hexadecimal digits. */
export const newToken = (): string => randomBytes(16).toString("hex");

/** All that the platform remembers while the sandbox runs. */
export class Bank {
  readonly institutions: Map<string, Institution>;
  readonly stationUrl: string;
  readonly clock: Clock;
  /** By payment token, oldest first. */
  readonly payments = new Map<string, Payment>();
  private selling: Promise<StampSeller> | undefined;
  private readonly deposits = new Map<string, Deposit>();

  constructor(
    readonly settings: NodeSettings,
    readonly world: World,
  ) {
    this.institutions = new Map(settings.institutions.map(each => [each.fiscalCode, each]));
    this.stationUrl = settings.stationUrl ?? `${world.hubUrl}/pagopa/paForNode`;
    this.clock = world.clock;
  }

  /** What the provider sells stamps with; made when the first is sold. */
  seller(): Promise<StampSeller> {
    this.selling ??= openSeller(psp.name, psp.fiscalCode, this.clock.now());
    return this.selling;
  }

  now(): number {
    return this.clock.now().getTime();
  }

  paymentsOf(fiscalCode: string, noticeNumber: string): Payment[] {
    return [...this.payments.values()].filter(each => each.fiscalCode === fiscalCode && each.noticeNumber === noticeNumber);
  }

  /** Why the node itself would not let this notice be paid now: already paid, or held by a token that still lives. */
  blockOf(fiscalCode: string, noticeNumber: string): "PPT_PAGAMENTO_DUPLICATO" | "PPT_PAGAMENTO_IN_CORSO" | undefined {
    const known = this.paymentsOf(fiscalCode, noticeNumber);
    if (known.some(({ phase }) => phase === "PAID")) return "PPT_PAGAMENTO_DUPLICATO";
    const now = this.now();
    const held = known.some(({ phase, expiresAt }) => phase === "ACTIVATING" || (phase === "PAYING" && expiresAt > now));
    return held ? "PPT_PAGAMENTO_IN_CORSO" : undefined;
  }

  depositOf(fiscalCode: string, noticeNumber: string): Deposit | undefined {
    return this.deposits.get(keyOf(fiscalCode, noticeNumber));
  }

  depositByIuv(fiscalCode: string, iuv: string): Deposit | undefined {
    return [...this.deposits.values()].find(each => each.paFiscalCode === fiscalCode && each.iuv === iuv);
  }

  deposit(position: Deposit): void {
    const before = this.depositByIuv(position.paFiscalCode, position.iuv);
    if (before) this.deposits.delete(keyOf(before.paFiscalCode, before.nav));
    this.deposits.set(keyOf(position.paFiscalCode, position.nav), position);
  }

  paid(): Payment[] {
    return [...this.payments.values()].filter(({ phase }) => phase === "PAID");
  }
}
