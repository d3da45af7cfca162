import { createPrivateKey, createPublicKey, randomUUID, type KeyObject } from "node:crypto";
import { SignJWT, calculateJwkThumbprint, type JWTPayload } from "jose";
import type { Clock } from "../../kernel/clock.ts";

/** Signs as one client of PDND: the client's assertions and the two headers of ModI have the same key, issuer and form. */
export interface Signer {
  readonly clientId: string;
  /** A compact JWS (RS256, `kid`, `typ` JWT) of these claims, with issuer, a number of its own, and both times. */
  sign(claims: JWTPayload, lifetimeSeconds: number): Promise<string>;
}

/** Reads the client's private key, once. Throws, without showing it, when it cannot be read or PDND would not take it. */
export async function openSigner({ clientId, key, keyId }: { clientId: string; key: string; keyId?: string | undefined }, clock: Clock): Promise<Signer> {
  const privateKey = readKey(key);
  const kid = keyId ?? (await calculateJwkThumbprint(createPublicKey(privateKey).export({ format: "jwk" })));
  return {
    clientId,
    sign(claims, lifetimeSeconds) {
      const now = Math.floor(clock.now().getTime() / 1000);
      // No `nbf`: a server whose clock is a little behind would have to wait for it.
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
        .setIssuer(clientId).setJti(randomUUID()).setIssuedAt(now).setExpirationTime(now + lifetimeSeconds)
        .sign(privateKey);
    },
  };
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error("PDND client: the private key cannot be read");
  }
  if (key.asymmetricKeyType !== "rsa" || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new Error("PDND client: the private key is not RSA of 2048 bits or more");
  return key;
}
