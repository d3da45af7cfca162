import type { X509Certificate } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { certificatesOf, sealOf } from "../../connectors/pagopa/stamp-signature.ts";
import { readStamp } from "../../connectors/pagopa/stamp.ts";
import { Administration } from "../../entities/administration.ts";
import { DigitalStamp, type StampVerdict, wrongStamps } from "../../entities/digital-stamp.ts";
import { Payment } from "../../entities/payment.ts";
import { askForWaiting, type Asked, type Asking } from "../ask-for-waiting.ts";
import type { Follower } from "../event/follow.ts";
import { recordEvent } from "../event/record.ts";
import type { Job, JobHub } from "../job.ts";
import { forUpdate } from "../once.ts";

/** Stamps that came and that nobody looked at; and these with those of which an authority that is named later may say more. */
const unseen = { attachment: { $ne: null }, verdict: null };
const unsettled = { attachment: { $ne: null }, $or: [{ verdict: null }, { verdict: { $in: ["UNVERIFIED" as const, "UNTRUSTED" as const] } }] };

/**
 * Looks at the stamps that a payment bought: whether each was bought for its document, at its price, under a number of its
 * own, and what its signature is worth. The receipt is kept whatever comes of it, for the money moved; of a stamp that is not
 * as it should be the office is told, once, and it is for people to ask the payment provider for another.
 */
export const judgeStamps: Job = {
  name: "judge-stamps",
  async perform(hub, paymentId) {
    await hub.em.fork().transactional(em => judgeWithin(hub, em, paymentId));
    hub.bus.announce();
  },
};

async function judgeWithin(hub: JobHub, em: EntityManager, paymentId: string): Promise<void> {
  const stamps = await em.find(DigitalStamp, { ...unsettled, payment: paymentId, administration: hub.administration.id }, { ...forUpdate, exclude: ["document"], orderBy: { transferIndex: "asc" } });
  if (stamps.length === 0) return;
  const before = new Map(stamps.map(({ id, verdict }) => [id, verdict]));
  // Read now: a process that started before an authority was named must not judge as if there were none.
  const { settings } = await em.findOneOrFail(Administration, hub.administration.id);
  const authorities = certificatesOf(settings.pagopa.stampAuthorities ?? "");
  for (const stamp of stamps) stamp.verdict = await verdictOf(em, stamp, authorities);
  const wrong = stamps.filter(({ id, verdict }) => verdict !== before.get(id) && wrongStamps.includes(verdict!));
  if (wrong.length === 0) return;
  hub.log.error({ payment: paymentId, verdicts: wrong.map(({ verdict }) => verdict) }, "a digital stamp is not as it should be");
  const payment = await em.findOneOrFail(Payment, { id: paymentId }, { populate: ["application"] });
  recordEvent(hub, em, { kind: "PAYMENT_STAMP_WRONG", subjectId: paymentId, officeId: payment.application?.office.id ?? null });
}

type Judged = Pick<DigitalStamp, "id" | "administration" | "attachment" | "documentHash" | "amountCents">;

async function verdictOf(em: EntityManager, { id, administration, attachment, documentHash, amountCents }: Judged, authorities: readonly X509Certificate[]): Promise<StampVerdict> {
  const facts = readStamp(attachment!);
  if (!facts) return "UNREADABLE";
  if (facts.documentHash !== documentHash) return "OTHER_DOCUMENT";
  if (facts.amountCents !== amountCents) return "OTHER_AMOUNT";
  if (await em.count(DigitalStamp, { administration, serialNumber: facts.serialNumber, id: { $ne: id } }) > 0) return "REPEATED";
  const seal = sealOf(attachment!, facts.boughtAt, authorities);
  return seal === "TRUSTED" ? "GENUINE" : seal;
}

/** Has the stamps looked at that a receipt brought. */
export const stampsBought: Follower = {
  kinds: ["PAYMENT_PAID"],
  async follow({ administration, jobs }, em, events) {
    const bought = await em.find(DigitalStamp, { ...unseen, payment: { $in: events.map(({ subjectId }) => subjectId) }, administration: administration.id }, { fields: ["payment"] });
    await jobs.enqueue(em, judgeStamps, [...new Set(bought.map(({ payment }) => payment.id))]);
  },
};

/**
 * Has the stamps looked at that came without news: with the node's own message for a payment that was known from somebody
 * else; and again those that an authority named since then may settle.
 */
export const stampsWaiting = (hub: Asking): Promise<Asked> => askForWaiting(hub, judgeStamps, async (em, limit) => {
  const which = hub.administration.settings.pagopa.stampAuthorities === undefined ? unseen : unsettled;
  const waiting = await em.find(DigitalStamp, { ...which, administration: hub.administration.id }, { fields: ["payment"], orderBy: { id: "asc" }, limit });
  return waiting.map(({ payment }) => payment.id);
});
