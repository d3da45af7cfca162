import { hash, timingSafeEqual } from "node:crypto";

/** What is kept of a secret that a browser holds: enough to know it again, not enough to become its holder. */
export const hashOfSecret = (secret: string): string => hash("sha256", secret, "base64url");

/** Whether a kept hash is that of a secret, in a time that does not tell how much of it is. */
export const isHashOf = (known: string, secret: string): boolean => {
  const [kept, shown] = [Buffer.from(known), Buffer.from(hashOfSecret(secret))];
  return kept.length === shown.length && timingSafeEqual(kept, shown);
};
