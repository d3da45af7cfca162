import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Clock } from "../../kernel/clock.ts";
import { HubError } from "../../kernel/errors.ts";
import type { Caller } from "../../operations/caller.ts";
import type { AdministrationInfo } from "../../operations/hub.ts";
import type { Hubs } from "../hubs.ts";
import { type IdeLogin, registerIde } from "../ide/index.ts";
import type { Cookies } from "./cookies.ts";
import { credentialsOf } from "./credentials.ts";

export interface IdeDeps {
  readonly hubs: Hubs;
  readonly cookies: Cookies;
  readonly administration: AdministrationInfo;
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** Where the sandbox answers, if there is one: it says who may sign in, and gets tokens for its partner. */
  readonly sandboxUrl?: string;
}

const endpoint = "/graphql";

/** Shows the IDE to browsers, at the graph's address and at the root. */
export async function openIde(app: FastifyInstance, { hubs, cookies, administration, deadlineMs, clock, sandboxUrl }: IdeDeps): Promise<void> {
  const caller = async (request: FastifyRequest): Promise<{ name: string; signedIn: boolean }> => {
    try {
      const hub = await hubs.open(credentialsOf(request, request.ip, cookies), AbortSignal.timeout(deadlineMs));
      return { name: nameOf(hub.caller), signedIn: hub.caller.kind !== "visitor" };
    } catch (error) {
      if (error instanceof HubError && error.code === "SESSION_EXPIRED") return { name: "nessuno: l'accesso è scaduto", signedIn: true };
      throw error;
    }
  };
  const shown = await registerIde(app, {
    title: `Sportello Hub · ${administration.name}`, endpoint, caller, clock, logout: "/spid/logout", logins: loginsOf(sandboxUrl !== undefined),
    ...(sandboxUrl !== undefined && { partnerToken: () => askToken(sandboxUrl, deadlineMs) }),
  });
  if (shown) app.get("/", async (_request, reply) => reply.redirect(endpoint, 302));
}

function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case "visitor": return "visitatore";
    case "citizen": return `${caller.givenName} ${caller.familyName}, livello ${caller.assurance.slice(1)}`;
    case "staff": return `${caller.name}, personale`;
    case "partner": return caller.partnerName;
  }
}

/** In the sandbox the hints say whom to be; the identity provider's page has a button for each. */
function loginsOf(sandbox: boolean): readonly IdeLogin[] {
  const persons = sandbox ? "Per esempio ada.rossi, password sportello" : "Per i servizi al cittadino";
  const logins: readonly IdeLogin[] = [
    { label: "Cittadino con SPID", hint: persons, href: "/spid/login?level=2&returnTo=/graphql" },
    { label: "Cittadino con CIE", hint: persons, href: "/cie/login?level=3&returnTo=/graphql" },
    { label: "Personale", hint: sandbox ? "franca.dutto al front office, guido.garelli alla polizia locale" : "Per chi lavora nell'ente", href: "/spid/login?level=2&staff=1&returnTo=/graphql" },
  ];
  const lower = { label: "Cittadino con SPID di livello 1", hint: "Per vedere come si chiede un livello più alto", href: "/spid/login?level=1&returnTo=/graphql" };
  return sandbox ? [...logins, lower] : logins;
}

/** The sandbox's partner asks the hub's own token endpoint, as it would from afar. */
async function askToken(sandboxUrl: string, deadlineMs: number): Promise<string> {
  const answer = await fetch(`${sandboxUrl}/partner/token`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}", signal: AbortSignal.timeout(deadlineMs) });
  if (!answer.ok) throw new Error(`the sandbox's partner got no token (HTTP ${answer.status})`);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}
