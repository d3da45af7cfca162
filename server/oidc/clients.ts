import type { AllClientMetadata } from "oidc-provider";
import type { OidcClient } from "../../entities/oidc-client.ts";
import { acrOf } from "./levels.ts";

/** A registered client in the provider's words. */
export function clientMetadata({ clientId, name, secretHash, native, redirectUris, postLogoutRedirectUris, scopes, staff }: OidcClient): AllClientMetadata {
  return {
    client_id: clientId, client_name: name, application_type: native ? "native" : "web",
    // In place of the secret stands its hash: see where the two are compared.
    ...(secretHash ? { client_secret: secretHash, token_endpoint_auth_method: "client_secret_basic" } : { token_endpoint_auth_method: "none" }),
    redirect_uris: redirectUris, post_logout_redirect_uris: postLogoutRedirectUris, scope: scopes.join(" "),
    response_types: ["code"], grant_types: ["authorization_code", "refresh_token"], subject_type: "pairwise", staff, default_acr_values: [acrOf("L2")],
  };
}
