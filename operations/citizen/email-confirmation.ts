import { createHash, timingSafeEqual } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { SourceRefused } from "../../connectors/upstream.ts";
import { Citizen } from "../../entities/citizen.ts";
import { EmailConfirmation } from "../../entities/email-confirmation.ts";
import { newId, newSecret } from "../../kernel/ids.ts";
import type { Hub } from "../hub.ts";
import type { Job, JobHub } from "../job.ts";
import { mailOf } from "../message/words.ts";
import { forUpdate } from "../once.ts";

/** How long a link is good for, and how long to wait before another is sent: nobody's mailbox is to be filled through us. */
const goodForMs = 86_400_000;
const pauseMs = 300_000;

/** Has a link sent to the address of the contacts after the present transaction; without an address, forgets what was asked before. */
export async function askToConfirm({ administration, clock, jobs }: Hub, em: EntityManager, citizen: Citizen): Promise<void> {
  const now = clock.now();
  const known = await em.findOne(EmailConfirmation, { citizen: citizen.id }, forUpdate);
  if (!citizen.email) {
    // It stays, without its secret: it knows when the last link was sent.
    if (known) known.secretHash = null;
    return;
  }
  const asked = { email: citizen.email, secretHash: null, requestedAt: now, expiresAt: new Date(now.getTime() + goodForMs) };
  const confirmation = known ? em.assign(known, asked) : em.create(EmailConfirmation, { id: newId(), administration: administration.id, citizen, ...asked });
  const last = known?.sentAt?.getTime();
  await jobs.enqueue(em, sendConfirmation, confirmation.id, last === undefined ? undefined : new Date(last + pauseMs));
}

/** Sends the link that confirms an address: each try has a secret of its own, of which the hub keeps the hash, and only the last one works. */
export const sendConfirmation: Job = { name: "send-email-confirmation", perform };

async function perform({ administration, clock, connectors: { post }, em, log, publicUrl, signal }: JobHub, id: string): Promise<void> {
  const asked = await em.findOne(EmailConfirmation, { id, administration: administration.id }, { populate: ["citizen"] });
  if (!asked || asked.email !== asked.citizen.email || asked.expiresAt <= clock.now() || (asked.sentAt && asked.sentAt >= asked.requestedAt)) return;
  if (!post) return log.warn("an e-mail address waits for confirmation, and there is no mail server");
  const secret = newSecret();
  asked.secretHash = hashOf(secret);
  await em.flush();
  const language = asked.citizen.language ?? "IT";
  const said = texts[language](administration.name);
  const mail = mailOf(said, { url: `${publicUrl}/contacts/email/${id}?secret=${secret}`, label: said.label }, language);
  try {
    await post.send({ to: asked.email, id: newId(), subject: said.subject, ...mail, language: language === "IT" ? "it" : "en" }, signal);
  } catch (error) {
    // Nobody has this address: no link will ever come back from there.
    if (!(error instanceof SourceRefused) || error.reason !== "ADDRESS") throw error;
  }
  asked.sentAt = clock.now();
  await em.flush();
}

/** Takes a link at its word: the address is confirmed, once, when it still is that of the contacts. False for a link that is old, used, or none. */
export const confirmEmail = ({ administration, clock, em }: Pick<Hub, "administration" | "clock" | "em">, id: string, secret: string): Promise<boolean> =>
  em.transactional(async inner => {
    const asked = await inner.findOne(EmailConfirmation, { id, administration: administration.id }, forUpdate);
    const now = clock.now();
    if (!asked?.secretHash || asked.expiresAt <= now || !timingSafeEqual(Buffer.from(asked.secretHash), Buffer.from(hashOf(secret)))) return false;
    const citizen = await inner.findOneOrFail(Citizen, asked.citizen.id, forUpdate);
    if (citizen.email !== asked.email) return false;
    citizen.emailConfirmedAt = now;
    inner.remove(asked);
    return true;
  });

/** Whether a link is still good, without using it: pages are opened by programs too, before anybody reads the mail. */
export async function isOpenLink({ administration, clock, em }: Pick<Hub, "administration" | "clock" | "em">, id: string, secret: string): Promise<boolean> {
  return (await em.count(EmailConfirmation, { id, administration: administration.id, secretHash: hashOf(secret), expiresAt: { $gt: clock.now() } })) === 1;
}

/** Forgets what was asked and never answered. The number of what was forgotten. */
export const purgeConfirmations = async (em: EntityManager, now: Date): Promise<{ confirmations: number }> => ({ confirmations: await em.nativeDelete(EmailConfirmation, { expiresAt: { $lt: now } }) });

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

const texts = {
  IT: (from: string) => ({
    subject: `Conferma il tuo indirizzo e-mail: ${from}`, label: "Conferma l'indirizzo",
    paragraphs: [`Questo indirizzo è stato indicato nei contatti dello sportello online: ${from}.`, "Se sei tu, confermalo entro 24 ore con il collegamento qui sotto. Fino ad allora non riceverai altri messaggi a questo indirizzo.", "Se non sei tu, non devi fare nulla."],
  }),
  EN: (from: string) => ({
    subject: `Confirm your e-mail address: ${from}`, label: "Confirm the address",
    paragraphs: [`This address was given in the contacts of the online counter: ${from}.`, "If it was you, confirm it within 24 hours with the link below. Until then you will receive no other messages at this address.", "If it was not you, there is nothing to do."],
  }),
} as const;
