import type { Contact, Profile } from "./profile.ts";
import type { Credential } from "./signature.ts";

/** What one administration is as a service provider of one scheme. */
export interface ServiceProviderSettings {
  readonly profile: Profile;
  /** The URI under which the administration is registered; the certificate names the same. */
  readonly entityId: string;
  /** Where the browser posts the responses. */
  readonly assertionConsumerUrl: string;
  /** Where the browser brings logout messages, by POST and by Redirect. */
  readonly logoutUrl: string;
  readonly organization: {
    /** Full name as in the public registers, e.g. `Comune di Cuneo`. */
    readonly name: string;
    /** What the identity providers show to the person. */
    readonly displayName: string;
    readonly url: string;
  };
  readonly contact: Contact;
  /** Named to the person at the identity provider, for the attribute sets without a name of their own. */
  readonly serviceName: string;
  /** All are published; the first one signs. Two during a rotation. */
  readonly credentials: readonly [Credential, ...Credential[]];
  /** Files and folders of trusted metadata, separated by commas. */
  readonly idpMetadata: string;
  /** How far the providers' clocks may be from ours, in milliseconds. Providers cut instants to the second: 1,500 is usual. */
  readonly clockSkewMs: number;
}
