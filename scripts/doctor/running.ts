import { z } from "zod";
import type { Settings } from "../../server/settings.ts";
import { good, missing, type Check } from "./finding.ts";

const health = z.array(z.object({ source: z.string().regex(/^[A-Z_]+$/), breaker: z.enum(["CLOSED", "OPEN", "TRYING"]), since: z.iso.datetime() }));

/** How the outside systems are doing as the hub that runs finds them: the doctor's own questions say nothing of its breakers. */
export const runningCheck = ({ PUBLIC_URL: url }: Pick<Settings, "PUBLIC_URL">): Check => ({ name: "outside systems: the running hub", look: async () => {
  const answer = await fetch(`${url}/health/connectors`, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
  if (!answer?.ok) return good("does not run here, or keeps its health to itself");
  const told = health.safeParse(await answer.json().catch(() => undefined));
  if (!told.success) return missing("answers something else than its health", "check that PUBLIC_URL leads to this hub, in this release (PUBLIC_URL)");
  const shut = told.data.filter(({ breaker }) => breaker !== "CLOSED");
  if (shut.length === 0) return good(`asks ${told.data.length} of them, and every breaker is closed`);
  return missing(`spares ${shut.map(({ source, breaker, since }) => `${source} (breaker ${breaker}, since ${since})`).join(", ")}`, "look at the line of that system");
} });
