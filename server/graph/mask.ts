import { type GraphQLError, type GraphQLFormattedError } from "graphql";
import { isProblemCode, textOf } from "../../entities/problem.ts";
import { HubError } from "../../kernel/errors.ts";
import type { Hub } from "../../operations/hub.ts";
import { Said } from "../../schema/said.ts";
import { describeFailure } from "../failure.ts";

/** The one place where a failure becomes an answer: what we mean to say is said, everything else is a fault with the request's number. */
export function maskError(error: GraphQLError, hub: Pick<Hub, "requestId" | "locale" | "log" | "signal">): GraphQLFormattedError {
  const place = { ...(error.path ? { path: error.path } : {}), ...(error.locations ? { locations: error.locations } : {}) };
  if (error instanceof Said) return { ...place, message: error.words[hub.locale], extensions: error.extensions };
  const cause = error.originalError ?? error;
  if (cause instanceof HubError && isProblemCode((cause as HubError).code)) {
    const { code, options: { path, details } } = cause as HubError;
    return { ...place, message: textOf(code, details, hub.locale), extensions: { ...details, code, ...(path ? { field: path } : {}) } };
  }
  // The compiled executor's errors have no extensions of their own.
  if ((error.extensions as GraphQLError["extensions"] | undefined)?.["code"]) return { ...place, message: error.message, extensions: error.extensions };
  if (hub.signal.aborted) return { ...place, message: hub.locale === "it" ? "La richiesta ha superato il tempo massimo." : "The request took too long.", extensions: { code: "DEADLINE_EXCEEDED", requestId: hub.requestId } };
  hub.log.error({ requestId: hub.requestId, path: error.path?.join("."), failure: describeFailure(cause) }, "a resolver failed");
  return {
    ...place, extensions: { code: "INTERNAL", requestId: hub.requestId },
    message: hub.locale === "it" ? `Qualcosa non ha funzionato. Citare il codice ${hub.requestId} chiedendo assistenza.` : `Something went wrong. Quote ${hub.requestId} when you ask for help.`,
  };
}
