/** Where the hub reads the time. Injected, so that tests and rules can stand at any date. */
export interface Clock {
  /** The present instant. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const romeDay = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Rome", year: "numeric", month: "2-digit", day: "2-digit" });

/** The calendar day of an instant in Italy, `YYYY-MM-DD`: what offices and the law mean by "today". */
export const dayInRome = (instant: Date): string => romeDay.format(instant);
