import { randomUUID } from "node:crypto";
import type { Answer } from "../deliver.ts";

/** What the gateway in front of the registry (GovWay) says when it stops a request, and it says nothing more. */
const problems = {
  TokenAuthenticationRequired: [401, "A token is required"],
  TokenAuthenticationFailed: [401, "Invalid token"],
  TokenExpired: [401, "Expired token"],
  AuthorizationTokenDeny: [403, "Insufficient token claims"],
  InteroperabilityInvalidRequest: [400, "Received request is not conform to the required interoperability profile"],
  InvalidRequestContent: [400, "Request content not conform to API specification"],
  UndefinedOperation: [404, "Operation undefined in the API specification"],
  NotFound: [404, "Unknown API Request"],
  TooManyRequests: [429, "Too many requests detected"],
  LimitExceeded: [429, "Limit exceeded detected"],
  GatewayError: [503, "The gateway is currently unable to handle the response"],
} as const;

export type ProblemName = keyof typeof problems;

export const isProblemName = (name: string | undefined): name is ProblemName => name !== undefined && Object.hasOwn(problems, name);

/** Stops a request at the gateway. The reason is for the log of the sandbox; only `told` travels, for the content of a request. */
export class Stopped extends Error {
  override readonly name = "Stopped";

  constructor(readonly problem: ProblemName, reason: string, readonly told = "") {
    super(reason);
  }
}

/** Passes when `condition` holds; otherwise the request does not conform to the patterns, for this reason. */
export function demand(condition: unknown, reason: string): asserts condition {
  if (!condition) throw new Stopped("InteroperabilityInvalidRequest", reason);
}

/** The gateway's answer: RFC 7807 with its own number of the transaction. */
export function problemAnswer(name: ProblemName, told = ""): Answer {
  const [status, detail] = problems[name];
  return {
    status,
    contentType: "application/problem+json",
    body: JSON.stringify({ type: `https://govway.org/handling-errors/${status}/${name}.html`, title: name, status, detail: detail + told, govway_id: randomUUID() }),
  };
}

/** The header that goes with a refused token (RFC 6750). */
export function challengeFor(name: ProblemName): Record<string, string> {
  if (problems[name][0] !== 401) return {};
  const error = name === "TokenAuthenticationRequired" ? 'error="invalid_request"' : 'error="invalid_token"';
  return { "www-authenticate": `Bearer realm="PDND", ${error}` };
}
