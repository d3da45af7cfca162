import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { deliver } from "../deliver.ts";
import type { Fault } from "../faults.ts";
import type { Simulator, World } from "../world.ts";
import { Inbox } from "./inbox.ts";
import { inboxPage, peoplePage } from "./page.ts";
import { fiscalCode, newMessage } from "./rules.ts";

/** What the service of the demonstration municipality is on IO. */
const service = {
  id: "01SPORTELLOHUB0000000CUNEO", organisation: "00480530047", keys: ["sandbox-io-key", "sandbox-io-key-2"],
  /** In cents. */
  most: 1_000_000,
} as const;

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const problem = (status: number, title: string, detail: string): Answer => ({ status, body: { type: "about:blank", title, status, detail } });

/** Turns away whoever has no key of the service, before a byte of the body is read. */
const needsKey = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
  hasKey(request) ? undefined : reply.code(401).send({ statusCode: 401, message: "Access denied due to missing or invalid subscription key." });

/** A refusal that the sandbox was told to give, by HTTP status; one for too many requests says when to come again (`ms`, one second). */
const refusal = ({ code, ms = 1_000 }: Fault): Answer => {
  const status = Number(code) || 500;
  return { ...problem(status, "Refused", "the sandbox was told to refuse"), ...(status === 429 ? { headers: { "retry-after": String(Math.ceil(ms / 1_000)) } } : {}) };
};

/**
 * App IO on loopback: the interface for services (version 4.0.0) under `/io/api/v1`, and under `/io` the telephones of the
 * test persons, where what they received is seen and the app or the service is turned off.
 */
export const io: Simulator = {
  name: "io",
  async register(app, world) {
    const inbox = new Inbox(world.people, world.clock);
    app.setErrorHandler(async (error, _request, reply) => {
      const status = error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
      if (status >= 500) world.log.error({ err: error }, "the simulator of IO failed");
      return reply.code(status).type("application/problem+json; charset=utf-8").send(problem(status, status >= 500 ? "Internal server error" : "Bad Request", "the request cannot be read").body);
    });
    registerInterface(app, world, inbox);
    registerTelephones(app, inbox);
  },
};

function registerInterface(app: FastifyInstance, world: World, inbox: Inbox): void {
  const serve = async (request: FastifyRequest, reply: FastifyReply, operation: string, answer: () => Answer): Promise<FastifyReply> => {
    const fault = world.faults.take("io", operation);
    const { status, body, headers = {} } = fault?.kind === "refuse" ? refusal(fault) : answer();
    return deliver(reply.headers(headers), fault, { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(body) });
  };

  app.post("/io/api/v1/profiles", { onRequest: needsKey }, (request, reply) => serve(request, reply, "profiles", () => {
    const asked = z.object({ fiscal_code: fiscalCode }).safeParse(request.body);
    if (!asked.success) return invalid(asked.error);
    const user = inbox.user(asked.data.fiscal_code);
    return user ? { status: 200, body: { sender_allowed: user.allowsSender, preferred_languages: user.languages } } : problem(404, "Not Found", "The profile does not exist");
  }));

  app.post("/io/api/v1/messages", { onRequest: needsKey }, (request, reply) => serve(request, reply, "messages", () => take(inbox, request.body)));

  app.get<{ Params: { fiscalCode: string; id: string } }>("/io/api/v1/messages/:fiscalCode/:id", { onRequest: needsKey }, (request, reply) => serve(request, reply, "status", () => {
    const kept = inbox.find(request.params.fiscalCode, request.params.id);
    if (!kept) return problem(404, "Not Found", "The message does not exist");
    const { id, fiscalCode: fiscal_code, createdAt, content } = kept;
    return { status: 200, body: { message: { id, fiscal_code, created_at: createdAt.toISOString(), content, sender_service_id: service.id, time_to_live: 3_600 }, status: !inbox.isProcessed(kept) ? "ACCEPTED" : kept.isRejected ? "REJECTED" : "PROCESSED" } };
  }));
}

/** Takes a message for one person, by the rules of the interface. */
function take(inbox: Inbox, body: unknown): Answer {
  const parsed = newMessage.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const { fiscal_code: code, content, feature_level_type: level } = parsed.data;
  const { payment_data: payment, third_party_data: remote } = content;
  if (payment && payment.amount > service.most) return problem(400, "Bad Request", "The amount is above the maximum of the service");
  if (payment?.payee && payment.payee.fiscal_code !== service.organisation) return problem(403, "Forbidden", "The service may not ask for payments to another payee");
  if (remote && (!remote.configuration_id || (remote.has_attachments && level !== "ADVANCED"))) return problem(403, "Forbidden", "Remote content is not enabled for the service");
  // Whether somebody is reached is not told here: the message is taken, and turned back afterwards.
  const { id } = inbox.put(code, content, !inbox.user(code)?.allowsSender);
  return { status: 201, body: { id }, headers: { location: `/io/api/v1/messages/${code}/${id}` } };
}

/** Names the fields at fault, never their values. */
const invalid = (error: z.ZodError): Answer => problem(400, "Bad Request", error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; "));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function hasKey({ headers }: FastifyRequest): boolean {
  const given = headers["ocp-apim-subscription-key"];
  return typeof given === "string" && service.keys.some(key => timingSafeEqual(digest(given), digest(key)));
}

const choice = z.object({ hasApp: z.literal("on").optional(), allowsSender: z.literal("on").optional() });

interface Named {
  Params: { username: string };
}

/** The telephones, for people; and what is on them as JSON, for programs. */
function registerTelephones(app: FastifyInstance, inbox: Inbox): void {
  const page = (reply: FastifyReply, text: string): FastifyReply => reply.type("text/html; charset=utf-8").send(text);
  const unknown = (reply: FastifyReply): FastifyReply => reply.code(404).send({ error: "nobody of this username has a telephone here" });

  app.get("/io", async (_, reply) => page(reply, peoplePage([...inbox.profiles.values()].map(profile => ({ profile, messages: inbox.of(profile.person.fiscalCode).length })))));

  app.get<Named>("/io/:username", async ({ params }, reply) => {
    const profile = inbox.byUsername(params.username);
    return profile ? page(reply, inboxPage(profile, inbox.of(profile.person.fiscalCode))) : unknown(reply);
  });

  app.get<Named>("/io/:username/messages.json", async ({ params }, reply) => {
    const profile = inbox.byUsername(params.username);
    return profile ? inbox.of(profile.person.fiscalCode).map(({ id, createdAt, content }) => ({ id, createdAt, content })) : unknown(reply);
  });

  app.post<Named>("/io/:username", async ({ params, body }, reply) => {
    const profile = inbox.byUsername(params.username);
    const chosen = choice.safeParse(body);
    if (!profile || !chosen.success) return unknown(reply);
    profile.hasApp = chosen.data.hasApp === "on";
    profile.allowsSender = chosen.data.allowsSender === "on";
    return reply.redirect(`/io/${params.username}`, 303);
  });
}
