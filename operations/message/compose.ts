import type { AppNotice } from "../../connectors/io/index.ts";
import type { Application } from "../../entities/application.ts";
import type { Appointment } from "../../entities/appointment.ts";
import type { Language } from "../../entities/citizen.ts";
import type { Message } from "../../entities/message.ts";
import type { Payment, PaymentState } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { midnightInUtc } from "../../rules/dated.ts";
import { formatNoticeNumber, type NoticeNumber } from "../../rules/notice-number.ts";
import { wallClockInRome } from "../../rules/rome-time.ts";
import type { JobHub } from "../job.ts";
import { reminderOf } from "./reminder.ts";
import { texts, type Facts } from "./texts.ts";
import type { Words } from "./words.ts";

/** What a message says now. */
export interface Composed {
  readonly words: (language: Language) => Words;
  /** For what can be paid: until when, and the notice. */
  readonly due?: { readonly on: string; readonly notice: AppNotice };
}

/**
 * Writes a message from what it is about as that stands at this moment. OUTDATED when there is nothing to tell any more, as
 * when a notice was paid before its reminder; an instant when the time for it was put off until then.
 */
export function compose(hub: JobHub, { kind, payment, application, appointment }: Message): Composed | "OUTDATED" | Date {
  const { administration, clock } = hub;
  const from = administration.name;
  const text = (facts: (language: Language) => Partial<Facts>): Composed["words"] => language => texts[kind][language]({ ...none, from, ...facts(language) });
  if (payment) {
    if (kind !== "RECEIPT" && !toBePaid.includes(payment.state)) return "OUTDATED";
    const later = kind === "NOTICE_REMINDER" ? reminderOf({ kind, payment }, administration.settings) : null;
    if (later && later > clock.now()) return later;
    return { words: text(language => payingFacts(payment, kind === "RECEIPT", language)), ...(kind === "RECEIPT" ? {} : { due: dueOf(hub, payment) }) };
  }
  if (application) {
    return { words: text(language => applicationFacts(application, language)) };
  }
  if (!appointment) return "OUTDATED";
  return appointment.state === "BOOKED" && appointment.startsAt > clock.now() ? { words: text(language => appointmentFacts(appointment, language)) } : "OUTDATED";
}

const none: Facts = { from: "", about: "", number: "", amount: "", day: "", until: "", place: "" };

/** Whoever is paying right now need not be asked to. */
const toBePaid: readonly PaymentState[] = ["OPEN"];

const payingFacts = ({ description, noticeNumber, amountCents, paidCents, dueOn, paidAt }: Payment, paid: boolean, language: Language): Partial<Facts> => ({
  about: description, number: formatNoticeNumber(noticeNumber as NoticeNumber), amount: euro(paid ? paidCents ?? amountCents : amountCents, language),
  day: dayWords(paid && paidAt ? dayInRome(paidAt) : dueOn, language),
});

const dueOf = ({ administration: { fiscalCode, settings } }: JobHub, { noticeNumber, amountCents, dueOn }: Payment): NonNullable<Composed["due"]> => ({
  on: dueOn, notice: { noticeNumber, amountCents, endsWithDueDay: settings.pagopa.refusesOverdue === true, creditorFiscalCode: fiscalCode },
});

const applicationFacts = ({ service, protocolNumber, protocolYear, submittedAt, dueOn }: Application, language: Language): Partial<Facts> => ({
  about: service.title, number: `${protocolNumber}/${protocolYear}`,
  day: submittedAt ? dayWords(dayInRome(submittedAt), language) : "", until: dueOn ? dayWords(dueOn, language) : "",
});

function appointmentFacts({ service, office, startsAt, code }: Appointment, language: Language): Partial<Facts> {
  const { day, time } = wallClockInRome(startsAt);
  const { name, street, city } = office;
  return { about: service.title, number: code, day: dayWords(day, language), until: time, place: `${name}, ${street}, ${city}` };
}

const locales: Readonly<Record<Language, string>> = { IT: "it-IT", EN: "en-GB" };

const euro = (cents: number, language: Language): string => new Intl.NumberFormat(locales[language], { style: "currency", currency: "EUR" }).format(cents / 100);

const dayWords = (day: string, language: Language): string =>
  new Intl.DateTimeFormat(locales[language], { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" }).format(midnightInUtc(day));
