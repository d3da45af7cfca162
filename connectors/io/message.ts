import { Temporal } from "temporal-polyfill";

/** A pagoPA notice that can be paid from within a message. */
export interface AppNotice {
  /** Eighteen digits. */
  readonly noticeNumber: string;
  /** 1 to 9,999,999,999 cents. */
  readonly amountCents: number;
  /** Whether it cannot be paid any more after the message's due day. */
  readonly endsWithDueDay: boolean;
  /** Fiscal code of the creditor. */
  readonly creditorFiscalCode: string;
}

/** A message as the app takes it. */
export interface AppMessage {
  /** To whom; sixteen characters. */
  readonly fiscalCode: string;
  /** 10 to 120 characters, without personal data: it is shown on locked screens. */
  readonly subject: string;
  /** 80 to 10,000 characters of Markdown: headings, emphasis, lists, links. */
  readonly markdown: string;
  /** `YYYY-MM-DD`: until the end of that day in Italy. */
  readonly dueOn?: string;
  readonly notice?: AppNotice;
}

/** How long subject and text may be, in characters, both ends included (IO's interface for services, version 4.0.0). */
export const messageLimits = { subject: { least: 10, most: 120 }, markdown: { least: 80, most: 10_000 } } as const;

/** The message as IO reads it. Throws `RangeError`, which names the field and never its value, for what IO would refuse. */
export function bodyOf({ fiscalCode, subject, markdown, dueOn, notice }: AppMessage, organisation: string): object {
  hold("subject", fits(subject, messageLimits.subject));
  hold("markdown", fits(markdown, messageLimits.markdown));
  if (notice) {
    hold("noticeNumber", /^[0-3]\d{17}$/.test(notice.noticeNumber));
    hold("amountCents", Number.isInteger(notice.amountCents) && notice.amountCents >= 1 && notice.amountCents <= 9_999_999_999);
  }
  return {
    fiscal_code: fiscalCode,
    content: {
      subject, markdown,
      ...(dueOn === undefined ? {} : { due_date: endOfDay(dueOn) }),
      ...(notice ? { payment_data: paymentOf(notice, organisation) } : {}),
    },
  };
}

/** IO takes the service's organisation for the creditor unless told otherwise, which only organisations enabled for it may do. */
const paymentOf = ({ noticeNumber, amountCents, endsWithDueDay, creditorFiscalCode }: AppNotice, organisation: string) => ({
  amount: amountCents, notice_number: noticeNumber, invalid_after_due_date: endsWithDueDay,
  ...(creditorFiscalCode === organisation ? {} : { payee: { fiscal_code: creditorFiscalCode } }),
});

/** Within the limits however characters are counted: as code points, or as UTF-16 units, of which there are never fewer. */
const fits = (text: string, { least, most }: { readonly least: number; readonly most: number }): boolean => text.length <= most && [...text].length >= least;

function hold(field: string, holds: boolean): void {
  if (!holds) throw new RangeError(`App IO takes no message with this ${field}`);
}

/** The last second of an Italian day, in UTC with milliseconds, as IO writes instants. */
const endOfDay = (day: string): string =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: "Europe/Rome", plainTime: "23:59:59" }).epochMilliseconds).toISOString();
