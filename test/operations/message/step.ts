import type { AppMessage, CitizenApp } from "../../../connectors/io/index.ts";
import type { Mail, Post } from "../../../connectors/mail.ts";
import { Citizen } from "../../../entities/citizen.ts";
import { Message, type MessageKind } from "../../../entities/message.ts";
import { Payment } from "../../../entities/payment.ts";
import { newId } from "../../../kernel/ids.ts";
import type { Log } from "../../../kernel/log.ts";
import type { JobHub } from "../../../operations/job.ts";
import { sendMessage } from "../../../operations/message/send-message.ts";
import { makePosition, type Instance, type PositionOptions } from "../payment/station-world.ts";

/** What a channel does with each message in turn; the last holds on. */
export type Does<Input, Output> = readonly ((input: Input) => Output | Error)[];

/** Channels that do what a test says. */
export interface Channels {
  readonly reach?: Does<string, { readonly reachable: boolean; readonly language: "IT" | "EN" | null }>;
  readonly app?: Does<AppMessage, { readonly id: string }>;
  readonly post?: Does<Mail, { readonly id: string }>;
}

/** A message that waits, and what sending it step by step comes to. */
export interface Waiting {
  readonly id: string;
  readonly payment: string;
  /** The person whom it is for. */
  readonly reader: string;
  /** One turn of the job; what it throws, if it does, when it asks to be done again, and which other message it has done. */
  turn(): Promise<{ readonly failure?: Error; readonly again?: Date; readonly next?: string }>;
  row(): Promise<Pick<Message, "state" | "channel" | "deliveries" | "dueAt">>;
  /** Changes the citizen or the payment, as operations would meanwhile. */
  citizen(change: Partial<Pick<Citizen, "messageChoice" | "email" | "emailConfirmedAt" | "fiscalCode">>): Promise<void>;
  position(change: Partial<Pick<Payment, "state" | "dueOn" | "paidAt" | "paidCents" | "description">>): Promise<void>;
  pass(ms: number): void;
  readonly taken: { readonly app: AppMessage[]; readonly post: Mail[] };
  readonly log: string[];
}

const player = <Input, Output>(does: Does<Input, Output>, heard?: Input[]): ((input: Input) => Promise<Output>) => {
  let turn = 0;
  return async input => {
    const done = does[Math.min(turn++, does.length - 1)]!(input);
    if (done instanceof Error) throw done;
    heard?.push(input);
    return done;
  };
};

/** Each citizen has a fiscal code of their own. */
let codes = 0;

/** Has a message about a payment wait for somebody who has the app and a confirmed address, at noon of 23 November 2026. */
export async function waitingMessage(instance: Instance, channels: Channels, { kind = "NOTICE_ISSUED", position = {}, reader, dueInMs = 0 }: { readonly kind?: MessageKind; readonly position?: PositionOptions; readonly reader?: string; readonly dueInMs?: number } = {}): Promise<Waiting> {
  let now = new Date("2026-11-23T11:00:00Z");
  const { id: payment } = await makePosition(instance, { dueOn: "2026-12-31", ...position });
  const em = instance.orm.em.fork();
  const citizen = reader === undefined ? (await em.findOneOrFail(Payment, { id: payment }, { populate: ["citizen"] })).citizen : await em.findOneOrFail(Citizen, { id: reader });
  if (reader === undefined) em.assign(citizen, { email: "persona@posta.example", emailConfirmedAt: now, fiscalCode: `RSSMRA80A01D${String((codes += 1)).padStart(3, "0")}X` });
  const { id } = em.create(Message, { id: newId(), administration: instance.administration.id, citizen: citizen, kind, eventId: newId(), payment, state: "QUEUED", deliveries: [], dueAt: new Date(now.getTime() + dueInMs), createdAt: now });
  await em.flush();
  const taken = { app: [] as AppMessage[], post: [] as Mail[] };
  const log: string[] = [];
  const note = (...said: unknown[]): void => void log.push(JSON.stringify(said));
  const connectors = {
    app: { reach: player(channels.reach ?? [() => ({ reachable: true, language: null })]), send: player(channels.app ?? [() => ({ id: "one" })], taken.app) } as Partial<CitizenApp>,
    post: { send: player(channels.post ?? [() => ({ id: "<one>" })], taken.post) } as Partial<Post>,
  };
  const change = async (entity: typeof Citizen | typeof Payment, key: string, values: object): Promise<void> => {
    const other = instance.orm.em.fork();
    other.assign(await other.findOneOrFail(entity as typeof Payment, { id: key }), values);
    await other.flush();
  };
  return {
    id, payment, reader: citizen.id, taken, log,
    async turn() {
      let again: Date | undefined;
      let next: string | undefined;
      const hub = {
        administration: instance.administration, em: instance.orm.em.fork(), clock: { now: () => now }, connectors, publicUrl: "https://servizi.comune.example", signal: new AbortController().signal,
        log: { debug: note, info: note, warn: note, error: note } as unknown as Log, print: () => Promise.resolve(Buffer.from("%PDF-")),
        jobs: { enqueue: (_: unknown, __: unknown, subject: string, after: Date) => Promise.resolve(void (subject === id ? again = after : next = subject)) },
      };
      const failure = await sendMessage.perform(hub as unknown as JobHub, id).then(() => undefined, (error: Error) => error);
      return { ...(failure ? { failure } : {}), ...(again ? { again } : {}), ...(next === undefined ? {} : { next }) };
    },
    row: async () => instance.orm.em.fork().findOneOrFail(Message, { id }),
    citizen: values => change(Citizen, citizen.id, values),
    position: values => change(Payment, payment, values),
    pass: ms => void (now = new Date(now.getTime() + ms)),
  };
}
