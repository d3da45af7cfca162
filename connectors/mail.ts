import { createTransport } from "nodemailer";
import { z } from "zod";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { createUpstream, SourceRefused, TryLater, type FinishedCall, type SourceHealth } from "./upstream.ts";

/** How an administration sends e-mail. */
const mailSettings = z.object({
  /** `smtps://user:password@host:port`, or `smtp://…`, which becomes TLS by STARTTLS. */
  url: z.url({ protocol: /^smtps?$/ }),
  /** Whom mails come from: an address, or a name with an address. */
  from: z.string().min(3),
  /** Whether a server that offers no TLS is sent nothing: false only for a catcher on this machine. */
  tls: z.boolean(),
  /** The longest that handing over one mail may take, in milliseconds. */
  deadlineMs: z.int().positive().default(15_000),
});

export type MailSettings = z.input<typeof mailSettings>;

/** An e-mail to one person. */
export interface Mail {
  readonly to: string;
  /** Names the mail to mail systems, which drop what comes again under the same name: the same for each try. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: "it" | "en";
  readonly attachments?: readonly { readonly name: string; readonly contentType: string; readonly content: Buffer }[];
}

/** Sends e-mail. */
export interface Post {
  /**
   * Hands a mail over to the administration's server; the answer is its Message-ID. That it was taken does not say that it
   * was delivered or read.
   *
   * Throws `SourceRefused` (`ADDRESS`: the server takes nothing for this address; `NOT_AUTHORISED`: our password, or our
   * sender; `BAD_REQUEST`: refused for good for any other reason), `SourceUnavailable`, whose `unknown` says that it may have
   * been taken.
   */
  send(mail: Mail, signal?: AbortSignal): Promise<{ readonly id: string }>;
  /** Sees whether the server answers and takes our credentials, without sending anything. Throws as `send`. */
  ping(signal?: AbortSignal): Promise<void>;
  health(): SourceHealth;
}

/** Opens the way to the administration's mail server. Throws when the settings are not right. */
export function openPost(input: MailSettings, { clock, log, onCall }: { readonly clock: Clock; readonly log: Log; readonly onCall?: (call: FinishedCall) => void }): Post {
  const { url, from, tls, deadlineMs } = mailSettings.parse(input);
  // A silence is told where it happened: a little before the deadline, which knows only that it passed.
  const waitMs = Math.ceil(deadlineMs * 0.8);
  const connect = (onLine: (line: string) => void) => createTransport({
    ...serverOf(url), requireTLS: tls, tls: { minVersion: "TLSv1.2" }, connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs,
    disableFileAccess: true, disableUrlAccess: true, transactionLog: true, logger: { debug: (_: unknown, line: unknown) => onLine(String(line)) },
  });
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
  const upstream = createUpstream({ source: "SMTP", deadlineMs, clock, log });
  if (onCall) upstream.onCall(onCall);

  return {
    send: ({ to, id, subject, text, html, language, attachments = [] }, signal) => upstream.call(
      { operation: "send", kind: "write", parse: () => ({ id: `<${id}@${domain}>` }), ...(signal ? { signal } : {}) },
      inTime => named(onLine => connect(onLine).sendMail({
        from, to: { name: "", address: to }, subject, text, html, messageId: `<${id}@${domain}>`, signal: inTime,
        // Nobody's holiday reply is wanted, and mail programs read the text aloud in its own language.
        headers: { "Auto-Submitted": "auto-generated", "Content-Language": language },
        attachments: attachments.map(({ name, contentType, content }) => ({ filename: name, contentType, content })),
      })),
    ),
    ping: signal => upstream.call({ operation: "ping", kind: "read", parse: () => undefined, ...(signal ? { signal } : {}) }, () => named(onLine => connect(onLine).verify())),
    health: () => upstream.health(),
  };
}

/** Where and as whom: the parts of the address, so that nothing else in it can change how we connect. */
function serverOf(address: string) {
  const { protocol, hostname, port, username, password } = new URL(address);
  const secure = protocol === "smtps:";
  return {
    host: hostname.replace(/^\[|\]$/g, ""), port: port ? Number(port) : secure ? 465 : 587, secure,
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
  };
}

/**
 * What a server's no means: by its code and ours, never by its words, which repeat the address. The work hears each line of
 * the conversation, for how far it came is told in no other way.
 */
async function named<Result>(work: (onLine: (line: string) => void) => Promise<Result>): Promise<Result> {
  let handing = false;
  try {
    return await work(line => void (handing ||= line === "DATA"));
  } catch (error) {
    const { code = "UNKNOWN", command, responseCode } = error as { code?: string; command?: string; responseCode?: number };
    const diagnosis = responseCode === undefined ? code : `SMTP_${responseCode}`;
    // A sender that may not send is for people to mend, as a password is; 552 is this mail alone, which is too large.
    const sender = command === "MAIL FROM" && responseCode !== undefined && responseCode >= 500 && responseCode !== 552;
    if (code === "EAUTH" || code === "ENOAUTH" || sender) throw new SourceRefused("SMTP", "NOT_AUTHORISED", diagnosis);
    // Without a code of the server's: nodemailer itself takes it for no address.
    if (code === "EENVELOPE" && (responseCode === undefined || (command === "RCPT TO" && responseCode >= 500))) throw new SourceRefused("SMTP", "ADDRESS", diagnosis);
    // 503 says that the conversation went wrong, not the mail.
    if (responseCode !== undefined && responseCode >= 500 && responseCode !== 503) throw new SourceRefused("SMTP", "BAD_REQUEST", diagnosis);
    // A server that answers says itself that it did not take the mail; 421 hangs up, whatever came before.
    throw new TryLater(diagnosis, undefined, handing && (responseCode === undefined || responseCode === 421));
  }
}
