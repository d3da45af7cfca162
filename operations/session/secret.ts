import { createHash } from "node:crypto";

/** What is kept of a secret that a browser holds: enough to know it again, not enough to become its holder. */
export const hashOfSecret = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
