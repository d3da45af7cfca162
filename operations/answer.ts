import { SourceMalformed, SourceRefused, SourceUnavailable } from "../connectors/upstream.ts";
import { isProblemCode, textOf } from "../entities/problem.ts";
import { HubError } from "../kernel/errors.ts";
import type { Hub } from "./hub.ts";
import { OnlyLastKnown } from "./registry/read.ts";
import { showSource } from "./source/list-sources.ts";

/** Turns a problem that an operation met into the data that the graph shows; what is no problem goes on as a fault. */
export async function orProblem<Result>(hub: Hub, work: Promise<Result>): Promise<Result | Record<string, unknown>> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SourceUnavailable) return { ...sourceProblem(hub, error.source, "DOWN", error.since, error.retryAfter), lastKnown: error instanceof OnlyLastKnown ? error.shown : null };
    if (error instanceof SourceRefused || error instanceof SourceMalformed) {
      // Not a matter of waiting: somebody here has to look.
      hub.log.error({ requestId: hub.requestId, source: error.source, code: error.code, diagnosis: error.diagnosis }, "a source answered what we cannot use");
      return sourceProblem(hub, error.source, "UP", hub.clock.now(), new Date(hub.clock.now().getTime() + 3_600_000));
    }
    if (error instanceof HubError && isProblemCode((error as HubError).code)) return problemOf(hub, error as HubError);
    throw error;
  }
}

/** A problem as the graph shows it: the type has the name of the code. */
export function problemOf({ locale }: Hub, { code, options: { path, details } }: HubError): Record<string, unknown> {
  return { ...details, __typename: pascal(code), code, message: textOf(code, details, locale), path: path ?? null };
}

function sourceProblem(hub: Hub, source: string, status: "UP" | "DOWN", since: Date, retryAfter: Date): Record<string, unknown> {
  const shown = showSource(source, status, since);
  return {
    __typename: "SourceUnavailable", code: "SOURCE_UNAVAILABLE", message: `${shown.title}: ${textOf("SOURCE_UNAVAILABLE", undefined, hub.locale)}`, path: null,
    source: shown, unavailableSince: since.toISOString(), since: since.toISOString(), retryAfter: retryAfter.toISOString(), otherChannel: hub.locale === "it" ? "Sportello, su appuntamento" : "At the counter, by appointment",
  };
}

const pascal = (code: string): string => code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
