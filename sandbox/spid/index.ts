import type { Simulator } from "../world.ts";
import { brands, type Brand } from "./brands.ts";
import { openIdentityProvider, sendPage } from "./identity-provider.ts";
import { loggedOutPage } from "./pages.ts";
import { registerSingleLogout } from "./single-logout.ts";
import { registerSingleSignOn } from "./single-sign-on.ts";

export { wrongResponse, wrongResponses, type WrongResponseParameters } from "./wrong-responses/index.ts";

const formType = "application/x-www-form-urlencoded";

/** The identity providers of one scheme, as a simulator with the scheme's name. */
const identityProviders = (scheme: Brand["scheme"]): Simulator => ({
  name: scheme,
  async register(app, world) {
    await app.register(async scope => {
      // SAML over Redirect and repeated fields need the form as it was written, whatever parser stands outside.
      if (scope.hasContentTypeParser(formType)) scope.removeContentTypeParser(formType);
      scope.addContentTypeParser(formType, { parseAs: "string" }, (_request, body, done) => done(null, new URLSearchParams(String(body))));

      for (const brand of brands.filter(candidate => candidate.scheme === scheme)) {
        const idp = await openIdentityProvider(brand, world);
        scope.get(`${brand.path}/metadata`, async (_request, reply) => reply.type("application/samlmetadata+xml").send(idp.metadata));
        registerSingleSignOn(scope, idp);
        if (scheme === "spid") registerSingleLogout(scope, idp);
        else scope.get(`${brand.path}/logout`, async (_request, reply) => sendPage(reply, loggedOutPage(brand, "here")));
      }
    });
  },
});

/** Two SPID identity providers: `/spid` and `/spid2`. */
export const spid = identityProviders("spid");

/** The identity provider of the electronic identity card: `/cie`. */
export const cie = identityProviders("cie");
