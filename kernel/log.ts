import { pino, type Logger } from "pino";

export type Log = Logger;

/** Keys whose values never reach a log line, wherever they stand: the second line of defence behind not logging them. */
const secret = ["fiscalCode", "email", "phone", "token", "cookie", "authorization", "SAMLResponse", "variables", "iban"];

/** A structured log, one JSON line per event, on standard error. Messages are constant text; what varies goes into fields, never personal data. */
export const createLog = (name: string, level: string): Log =>
  pino({ name, level, redact: { paths: secret.flatMap(key => [key, `*.${key}`]), censor: "[redacted]" } }, pino.destination(2));

/** A log that says nothing, for tests that look elsewhere. */
export const silentLog: Log = pino({ level: "silent" });
