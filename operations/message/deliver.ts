import { SourceMalformed, SourceRefused, SourceUnavailable } from "../../connectors/upstream.ts";
import type { Language } from "../../entities/citizen.ts";
import type { DeliveryOutcome, Message, MessageChannel } from "../../entities/message.ts";
import type { JobHub } from "../job.ts";
import type { Composed } from "./compose.ts";
import { papersOf } from "./papers.ts";
import { attached, doorLabel } from "./texts.ts";
import { mailOf, markdownOf, subjectLine, type Door } from "./words.ts";

/** Hands it over, and tells what the channel calls it; null when the channel does not reach the person. */
type Handing = (() => Promise<{ readonly id: string }>) | null;

/**
 * Hands a message to one channel and notes on it what the channel did. The answer is the failure when it is to be tried
 * again: the channel gave no answer, or does not take our key, which people will mend. What it may have taken without our
 * knowing is tried once more, not again and again.
 */
export async function deliver(hub: JobHub, message: Message, channel: MessageChannel, composed: Composed): Promise<Error | undefined> {
  const note = message.note.bind(message, channel);
  let begun = false;
  try {
    const send = await prepare[channel](hub, message, composed);
    begun = send !== null;
    const handed = await send?.();
    note(handed ? "TAKEN" : "NOT_REACHABLE", hub.clock.now(), handed?.id);
  } catch (error) {
    const outcome = outcomeOf(error, begun, message.isUnknown(channel));
    if (outcome === "AGAIN") return error as Error;
    note(outcome, hub.clock.now());
    if (outcome === "UNKNOWN") return error as Error;
    const { name: failure, diagnosis } = error as Error & { readonly diagnosis?: string };
    if (outcome !== "NOT_REACHABLE") hub.log.error({ message: message.id, channel, failure, diagnosis }, "a message was not taken");
  }
  return undefined;
}

/** What a failure means for the channel; `begun`: in handing over, and not before; `unknown`: not for the first time without an answer. */
function outcomeOf(error: unknown, begun: boolean, unknown: boolean): Exclude<DeliveryOutcome, "TAKEN"> | "AGAIN" {
  if (error instanceof SourceUnavailable) return !error.unknown ? "AGAIN" : unknown ? "UNAVAILABLE" : "UNKNOWN";
  if (error instanceof SourceMalformed) return begun ? "UNAVAILABLE" : "AGAIN";
  // Nobody of that code is there any more, though a moment ago somebody was.
  if (error instanceof SourceRefused) return error.reason === "NOT_AUTHORISED" ? "AGAIN" : error.reason === "NOT_FOUND" ? "NOT_REACHABLE" : "REFUSED";
  // Outside the limits of the channel, and so it will stay.
  if (begun && error instanceof RangeError) return "REFUSED";
  throw error;
}

const prepare: Readonly<Record<MessageChannel, (hub: JobHub, message: Message, composed: Composed) => Promise<Handing>>> = {
  async IO({ connectors: { app }, publicUrl, signal }, message, { words, due }) {
    const { fiscalCode, language } = message.citizen;
    if (!app || !fiscalCode) return null;
    const reach = await app.reach(fiscalCode, signal);
    if (!reach.reachable) return null;
    const spoken = language ?? reach.language ?? "IT";
    const said = words(spoken);
    return () => app.send({
      fiscalCode, subject: subjectLine(said.subject), markdown: markdownOf(said, doorOf(publicUrl, spoken)), ...(due ? { dueOn: due.on, notice: due.notice } : {}),
    }, signal);
  },
  async EMAIL(hub, message, { words }) {
    const { connectors: { post }, publicUrl, signal } = hub;
    const { email, emailConfirmedAt, language } = message.citizen;
    if (!post || !email || !emailConfirmedAt) return null;
    const spoken = language ?? "IT";
    const said = words(spoken);
    const attachments = await papersOf(hub, message);
    const paragraphs = attachments.length > 0 ? [...said.paragraphs, attached[spoken]] : said.paragraphs;
    const mail = { to: email, id: message.id, subject: subjectLine(said.subject), ...mailOf({ ...said, paragraphs }, doorOf(publicUrl, spoken), spoken), language: spoken === "IT" ? "it" : "en", attachments } as const;
    return () => post.send(mail, signal);
  },
};

const doorOf = (url: string, language: Language): Door => ({ url: `${url}/`, label: doorLabel[language] });
