import type { Identity } from "./identities.ts";
import { newSecret } from "../../kernel/ids.ts";
import { newXmlId } from "./response.ts";
import { secondsAfter } from "./saml.ts";
import type { ServiceProvider } from "./service-providers.ts";

/** A session at the identity provider. Only a login at level 1 opens one. */
export interface Session {
  /** The value of the browser's cookie. */
  readonly secret: string;
  /** The name of the session towards service providers. */
  readonly index: string;
  readonly identity: Identity;
  readonly expiresAt: Date;
  /** Where it last let the person in. */
  readonly provider: ServiceProvider;
  /** The transient name of the person there. */
  readonly nameId: string;
}

const sessionSeconds = 1_800;

/** The open sessions of one identity provider. */
export class Sessions {
  private readonly bySecret = new Map<string, Session>();

  /** The session that a cookie names, if it is still open. */
  of(secret: string | undefined, now: Date): Session | undefined {
    const session = this.bySecret.get(secret ?? "");
    return session && now < session.expiresAt ? session : undefined;
  }

  /** The session that a service provider names, if it is still open. */
  indexed(index: string | undefined, now: Date): Session | undefined {
    return [...this.bySecret.values()].find(session => session.index === index && now < session.expiresAt);
  }

  /** Records that a person was let in: in the session they have, or in a new one for the same person. */
  join(session: Session | undefined, identity: Identity, provider: ServiceProvider, nameId: string, now: Date): Session {
    const same = session?.identity.username === identity.username ? session : undefined;
    if (session && !same) this.close(session);
    const base = same ?? { secret: newSecret(), index: newXmlId(), identity, expiresAt: secondsAfter(now, sessionSeconds) };
    const joined = { ...base, provider, nameId };
    this.bySecret.set(joined.secret, joined);
    return joined;
  }

  close({ secret }: Session): void {
    this.bySecret.delete(secret);
  }
}
