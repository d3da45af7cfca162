import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { redirectTo, type MessageParameter } from "./bindings.ts";
import { isAnomaly, receive, sendPage, sessionOf, showAnomaly, type IdentityProvider, type Verified } from "./identity-provider.ts";
import { handOverPage, loggedOutPage, sessionPage } from "./pages.ts";
import { newXmlId, signMessage } from "./response.ts";
import { formats, instant, status, type Binding } from "./saml.ts";
import type { ServiceProvider } from "./service-providers.ts";
import { attributeOf, declare, element, find, rootNamed, textOf, type Xml } from "./xml.ts";

/** Single logout: asked for by the service provider, or by the person on the identity provider's own page. */
export function registerSingleLogout(app: FastifyInstance, idp: IdentityProvider): void {
  const { path } = idp.brand;
  app.post(`${path}/slo/post`, (request, reply) => message(idp, "post", request, reply));
  app.get(`${path}/slo/redirect`, (request, reply) => message(idp, "redirect", request, reply));
  app.get(`${path}/session`, async (request, reply) => sendPage(reply, sessionPage(idp.brand, sessionOf(idp, request))));
  app.post(`${path}/session`, async (request, reply) => askToLeave(idp, request, reply));
}

async function message(idp: IdentityProvider, binding: Binding, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const received = await receive(idp, binding, request);
  if (isAnomaly(received)) return showAnomaly(idp, reply, received);
  return received.incoming.parameter === "SAMLRequest" ? leave(idp, binding, received, reply) : left(idp, received, reply);
}

/** The service provider asks: the session ends, and the answer says whether there was one. */
function leave(idp: IdentityProvider, binding: Binding, { text, incoming, provider }: Verified, reply: FastifyReply): FastifyReply {
  const request = rootNamed(text, "samlp:LogoutRequest");
  const nameId = request && find(request, "saml:NameID");
  const wellFormed = attributeOf(request, "Version") === "2.0" && Boolean(attributeOf(request, "ID"))
    && [idp.endpoints.slo[binding], idp.endpoints.entityId].includes(attributeOf(request, "Destination") ?? "")
    && attributeOf(nameId, "Format") === formats.transient && attributeOf(nameId, "NameQualifier") === idp.endpoints.entityId;
  const session = idp.sessions.indexed(textOf(request && find(request, "samlp:SessionIndex")), idp.world.clock.now());
  const known = wellFormed && session?.nameId === textOf(nameId) ? session : undefined;
  if (known) idp.sessions.close(known);
  const outcome = known ? element("samlp:StatusCode", { Value: status("Success") })
    : element("samlp:StatusCode", { Value: status("Requester") }, wellFormed ? element("samlp:StatusCode", { Value: status("PartialLogout") }) : undefined);
  return send(idp, reply, provider, binding, "SAMLResponse", incoming.relayState, url =>
    logoutMessage(idp, "samlp:LogoutResponse", { InResponseTo: attributeOf(request, "ID"), Destination: url }, element("samlp:Status", {}, outcome)));
}

/** The person asks on our page: the session ends here, and the service provider is asked to end its own. */
function askToLeave(idp: IdentityProvider, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const session = sessionOf(idp, request);
  if (!session) return sendPage(reply, sessionPage(idp.brand, undefined));
  idp.sessions.close(session);
  const { provider, nameId, index } = session;
  return send(idp, reply, provider, "redirect", "SAMLRequest", undefined, url => {
    const id = newXmlId();
    idp.logouts.add(id);
    return logoutMessage(idp, "samlp:LogoutRequest", { ID: id, Destination: url },
      element("saml:NameID", { Format: formats.transient, NameQualifier: idp.endpoints.entityId }, nameId),
      element("samlp:SessionIndex", {}, index));
  });
}

/** The service provider answers what `askToLeave` asked. */
function left(idp: IdentityProvider, { text }: Verified, reply: FastifyReply): FastifyReply {
  const answer = rootNamed(text, "samlp:LogoutResponse");
  const expected = idp.logouts.delete(attributeOf(answer, "InResponseTo") ?? "");
  const code = attributeOf(answer && find(answer, "samlp:Status", "samlp:StatusCode"), "Value");
  return sendPage(reply, loggedOutPage(idp.brand, expected && code === status("Success") ? "everywhere" : "partly"));
}

function logoutMessage(idp: IdentityProvider, name: string, attributes: Record<string, string | undefined>, ...content: readonly Xml[]): Xml {
  const { entityId } = idp.endpoints;
  const common = { ID: newXmlId(), Version: "2.0", IssueInstant: instant(idp.world.clock.now()) };
  return element(name, { ...declare("samlp", "saml"), ...common, ...attributes },
    element("saml:Issuer", { Format: formats.entity, NameQualifier: entityId }, entityId), ...content);
}

/** Sends a logout message by the binding preferred, or the one the service provider offers; by none, the page says so. */
function send(idp: IdentityProvider, reply: FastifyReply, { logout }: ServiceProvider, preferred: Binding, parameter: MessageParameter,
  relayState: string | undefined, make: (url: string) => Xml): FastifyReply {
  const service = logout.find(({ binding }) => binding === preferred) ?? logout[0];
  if (!service) return sendPage(reply, loggedOutPage(idp.brand, "partly"));
  const url = parameter === "SAMLRequest" ? service.requestUrl : service.responseUrl;
  const { text } = make(url);
  if (service.binding === "redirect") return reply.redirect(redirectTo(url, parameter, text, relayState, idp.keys), 303);
  const fields = { [parameter]: Buffer.from(signMessage(text, idp.keys)).toString("base64"), RelayState: relayState };
  return sendPage(reply, handOverPage(idp.brand, url, fields));
}
