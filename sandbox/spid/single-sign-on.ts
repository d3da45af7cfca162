import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { deliver } from "../deliver.ts";
import type { Fault, FaultKind } from "../faults.ts";
import { anomalies, anomalyNumbered, userAnomalies, type Anomaly } from "./anomalies.ts";
import { readAuthnRequest } from "./authn-request.ts";
import { statedAttributes, type Identity } from "./identities.ts";
import { formOf, isAnomaly, receive, sendPage, sessionOf, setSessionCookie, showAnomaly, takeFault, type IdentityProvider, type Verified } from "./identity-provider.ts";
import { advance, isExpired, openLogin, type Login } from "./login.ts";
import { handOverPage, loginPage } from "./pages.ts";
import { errorResponse, newXmlId, signAssertion, signMessage, successResponse, type ResponseParameters } from "./response.ts";
import { secondsAfter, type Binding } from "./saml.ts";
import { wrongResponse } from "./wrong-responses/index.ts";

const onArrival: readonly FaultKind[] = ["slow", "silent", "reset", "unavailable", "drip"];
const onDelivery: readonly FaultKind[] = ["refuse", "malformed", "huge", "late"];
const hourMs = 3_600_000;

/** The single sign-on service by both bindings, and the pages that follow. */
export function registerSingleSignOn(app: FastifyInstance, idp: IdentityProvider): void {
  const { path } = idp.brand;
  app.get(`${path}/sso/redirect`, (request, reply) => begin(idp, "redirect", request, reply));
  app.post(`${path}/sso/post`, (request, reply) => begin(idp, "post", request, reply));
  app.post(`${path}/sso/redirect`, async (_request, reply) => showAnomaly(idp, reply, userAnomalies.method));
  app.get(`${path}/sso/post`, async (_request, reply) => showAnomaly(idp, reply, userAnomalies.method));

  app.get<{ Params: { id: string } }>(`${path}/login/:id`, async ({ params }, reply) => {
    const login = idp.logins.get(params.id);
    if (!login) return showAnomaly(idp, reply, userAnomalies.bindingForm);
    if (isExpired(login, idp.world.clock.now())) return refuse(idp, reply, login, anomalies.timeout);
    return sendPage(reply, loginPage(idp.brand, login, idp.identities));
  });
  app.post<{ Params: { id: string } }>(`${path}/login/:id`, async (request, reply) => {
    const login = idp.logins.get(request.params.id);
    if (!login) return showAnomaly(idp, reply, userAnomalies.bindingForm);
    const outcome = advance(login, formOf(request), idp.identities, idp.world.clock.now());
    if (outcome.kind === "refused") return refuse(idp, reply, login, outcome.anomaly);
    if (outcome.kind === "agreed") return letIn(idp, request, reply, login, outcome.identity);
    idp.logins.set(login.id, outcome.login);
    return reply.redirect(`${path}/login/${login.id}`, 303);
  });
}

/** A request arrives: it is judged, and the person is shown the first page. */
async function begin(idp: IdentityProvider, binding: Binding, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const fault = takeFault(idp, "sso", onArrival);
  if (fault?.kind === "unavailable") return showAnomaly(idp, reply, userAnomalies.unavailable);
  if (fault) return deliver(reply, fault, { status: 200, contentType: "text/html; charset=utf-8", body: "" });
  const received = await receive(idp, binding, request);
  if (isAnomaly(received)) return showAnomaly(idp, reply, received);
  const { relayState } = received.incoming;
  const judged = await judge(idp, binding, received);
  if ("anomaly" in judged) return refuse(idp, reply, { request: judged, relayState }, judged.anomaly);
  const now = idp.world.clock.now();
  const known = judged.level === 1 && !judged.forceAuthn ? sessionOf(idp, request)?.identity : undefined;
  const login = openLogin(judged, received.provider, relayState, now, known);
  for (const { id, startedAt } of idp.logins.values()) if (now.getTime() - startedAt.getTime() > hourMs) idp.logins.delete(id);
  idp.logins.set(login.id, login);
  return reply.redirect(`${idp.brand.path}/login/${login.id}`, 303);
}

/** Judges a verified request; before it is refused, against the service provider's metadata as they are now. */
async function judge({ brand, endpoints, world, providers }: IdentityProvider, binding: Binding, { text, provider }: Verified) {
  const context = { brand, endpoints, binding, now: world.clock.now() };
  const judged = readAuthnRequest(text, { ...context, provider });
  return "anomaly" in judged ? readAuthnRequest(text, { ...context, provider: await providers.registered(true) }) : judged;
}

interface Addressee {
  readonly request: { readonly requestId: string | undefined; readonly acs: string };
  readonly relayState: string | undefined;
}

/** Tells the service provider why not, and ends the login. */
function refuse(idp: IdentityProvider, reply: FastifyReply, to: Addressee | Login, anomaly: Anomaly): FastifyReply {
  if ("id" in to) idp.logins.delete(to.id);
  return handOver(idp, reply, to, encode(signMessage(errorResponse({ ...to.request, ...envelope(idp) }, anomaly), idp.keys)));
}

/** Lets the person in, and ends the login; at level 1 a session stays open. */
function letIn(idp: IdentityProvider, request: FastifyRequest, reply: FastifyReply, login: Login, identity: Identity): FastifyReply {
  idp.logins.delete(login.id);
  const { now, issuer, scheme } = envelope(idp);
  const fault = takeFault(idp, "response", onDelivery);
  const anomaly = fault?.kind === "refuse" ? anomalyNumbered(fault.code ?? "") : undefined;
  if (anomaly) return refuse(idp, reply, login, anomaly);
  const { level, attributes, requestId, acs } = login.request;
  const nameId = newXmlId();
  const session = level === 1 && scheme === "spid" ? idp.sessions.join(sessionOf(idp, request), identity, login.provider, nameId, now) : undefined;
  if (session) setSessionCookie(idp, reply, session.secret);
  const parameters: ResponseParameters = {
    requestId, acs, issuer, scheme, now, level, nameId,
    audience: login.provider.entityId,
    attributes: statedAttributes(identity, attributes, scheme),
    ...(session && { sessionIndex: session.index }),
  };
  return handOver(idp, reply, login, compose(idp, parameters, fault));
}

/** The response as it is right, or as the imposed fault wants it wrong, encoded for the form. */
function compose({ keys, strangerKeys }: IdentityProvider, parameters: ResponseParameters, fault: Fault | undefined): string {
  if (fault?.kind === "malformed" || fault?.kind === "huge") {
    const id = fault.kind === "huge" ? "huge" : (fault.code ?? "not-xml");
    return wrongResponse(id, { ...parameters, keys, strangerKeys }).samlResponse;
  }
  const now = fault?.kind === "late" ? secondsAfter(parameters.now, -(fault.ms ?? hourMs) / 1000) : parameters.now;
  return encode(signMessage(signAssertion(successResponse({ ...parameters, now }), keys), keys));
}

const encode = (xml: string): string => Buffer.from(xml).toString("base64");

const envelope = ({ endpoints, world, brand }: IdentityProvider) =>
  ({ issuer: endpoints.entityId, now: world.clock.now(), scheme: brand.scheme });

function handOver(idp: IdentityProvider, reply: FastifyReply, { request, relayState }: Addressee, samlResponse: string): FastifyReply {
  const fields = { SAMLResponse: samlResponse, RelayState: relayState };
  return sendPage(reply, handOverPage(idp.brand, request.acs, fields));
}

