import { SourceUnavailable } from "../../connectors/upstream.ts";
import type { MessageChoice } from "../../entities/citizen.ts";
import { Message, type MessageChannel } from "../../entities/message.ts";
import type { Job, JobHub } from "../job.ts";
import { compose, type Composed } from "./compose.ts";
import { deliver } from "./deliver.ts";
import { isBehind, nextBehind } from "./in-order.ts";

/** For how long the first channel is waited for while another one is left, and for how long any is tried at all. */
const patienceMs = 3_600_000;
const giveUpMs = 3 * 86_400_000;

/** How long a channel is left alone that may have taken the message: what has no answer for us now may have none in a second either, and each try may be a copy. */
const unknownPauseMs = 300_000;

/** In which order the channels are tried; the first that takes the message is enough, except where both are wanted. */
const channels: Readonly<Record<MessageChoice, readonly MessageChannel[]>> = { IO_OR_EMAIL: ["IO", "EMAIL"], IO: ["IO"], EMAIL: ["EMAIL"], BOTH: ["IO", "EMAIL"], NONE: [] };

/**
 * Sends a message, by its id, by the channels that its reader wants, and notes what each did. Done again when a channel gave
 * no answer. A message that may have been taken without our knowing is sent once more: better twice than not at all.
 *
 * One that is behind another of the same person waits until that one makes way and has it done; for an hour at most, for
 * being told is worth more than the order.
 */
export const sendMessage: Job = { name: "send-message", perform };

async function perform(hub: JobHub, id: string): Promise<void> {
  const { administration, clock, em } = hub;
  const message = await em.findOne(Message, { id, administration: administration.id, state: "QUEUED" }, { populate: ["citizen", "payment.option", "application.service", "appointment.service", "appointment.office"] });
  if (!message) return;
  const { dueAt } = message;
  const outOfPatience = new Date(dueAt.getTime() + patienceMs);
  if (clock.now() < outOfPatience && await isBehind(hub, message)) return again(hub, id, outOfPatience);
  const always = administration.settings.messages?.always.includes(message.kind) ?? false;
  const { messageChoice } = message.citizen;
  const choice = messageChoice === "NONE" && always ? "IO_OR_EMAIL" : messageChoice;
  const composed = choice === "NONE" ? "NOT_WANTED" : compose(hub, message);
  if (composed instanceof Date) {
    message.dueAt = composed;
    await makeWay(hub, message, dueAt);
    return again(hub, id, composed);
  }
  if (typeof composed === "string") message.end(message.isTaken() ? "SENT" : composed, clock.now());
  else {
    // What nobody foresaw is tried as long as a silence is, and ends like one.
    const failure = await tryChannels(hub, message, choice, composed).catch((error: unknown) => {
      hub.signal.throwIfAborted();
      return error as Error;
    });
    const waited = clock.now().getTime() - dueAt.getTime();
    if (failure && waited < giveUpMs) {
      await em.flush();
      const at = leftAloneUntil(failure, clock.now());
      if (at) return again(hub, id, at);
      throw failure;
    }
    message.end(message.isTaken() ? "SENT" : failure ? "FAILED" : "REFUSED", clock.now());
  }
  await makeWay(hub, message, dueAt);
}

/** Writes down that a message which was due at `dueAt` waits no more, or until later, and has the one behind it done. */
const makeWay = (hub: JobHub, message: Message, dueAt: Date): Promise<void> => hub.em.transactional(async em => {
  await em.flush();
  const next = await nextBehind({ em, clock: hub.clock }, message, dueAt);
  if (next) await hub.jobs.enqueue(em, sendMessage, next);
});

/** Tries what is left to be tried; the answer is the failure because of which it must be tried again, if that is worth it. */
async function tryChannels(hub: JobHub, message: Message, choice: MessageChoice, composed: Composed): Promise<Error | undefined> {
  const patient = hub.clock.now().getTime() - message.dueAt.getTime() < patienceMs;
  let failure: Error | undefined;
  for (const channel of channels[choice]) {
    if (choice !== "BOTH" && (message.isTaken() || (failure && patient))) break;
    if (message.isDone(channel)) continue;
    const failed = await deliver(hub, message, channel, composed);
    if (failed && !(failure && leftAloneUntil(failure, hub.clock.now()))) failure = failed;
    // What was done is written down before the next channel is asked.
    await hub.em.flush();
  }
  return choice !== "BOTH" && message.isTaken() ? undefined : failure;
}

/**
 * Until when a channel is left alone after a failure: as long as it wants to be when it was asked too often, but no longer
 * than the other channel is to wait for it; for some minutes when it may have taken the message. Undefined for another
 * failure: the pace of jobs is right for it.
 */
function leftAloneUntil(failure: Error, now: Date): Date | undefined {
  if (!(failure instanceof SourceUnavailable)) return undefined;
  if (failure.diagnosis === "HTTP_429") return new Date(Math.min(failure.retryAfter.getTime(), now.getTime() + patienceMs));
  return failure.unknown ? new Date(now.getTime() + unknownPauseMs) : undefined;
}

/** Puts it off: until its time has come, or until the channel wants to be asked again. */
const again = (hub: JobHub, id: string, at: Date): Promise<void> => hub.em.transactional(em => hub.jobs.enqueue(em, sendMessage, id, at));
