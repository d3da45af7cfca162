import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Hub } from "../../operations/hub.ts";
import { documentPaths } from "../../operations/payment/document-address.ts";
import type { Printed } from "../../operations/payment/printable.ts";
import { printNotice } from "../../operations/payment/print-notice.ts";
import { printReceipt } from "../../operations/payment/print-receipt.ts";
import type { Hubs } from "../hubs.ts";
import { PressBusyError } from "../press/index.ts";
import type { Cookies } from "./cookies.ts";
import { credentialsOf } from "./credentials.ts";

export interface DocumentDeps {
  readonly hubs: Pick<Hubs, "open">;
  readonly cookies: Cookies;
  readonly deadlineMs: number;
}

const address = z.object({ id: z.uuid() });

/** How many documents one caller may have drawn at a time, so that nobody has the press to themselves. */
const mostAtOnce = 8;

/**
 * Documents as PDF, for the browser with its session's cookie and for apps with their token. Whatever is none of the
 * caller's is answered as what does not exist. Each is drawn when it is asked for and kept by nobody on the way.
 */
export function registerDocuments(app: FastifyInstance, { hubs, cookies, deadlineMs }: DocumentDeps): void {
  const underWay = new Map<string, number>();
  /** Does the work unless the caller has too much under way already. */
  const inTurn = async <Result>({ caller: { key } }: Hub, work: () => Promise<Result>): Promise<Result> => {
    const now = underWay.get(key) ?? 0;
    if (now >= mostAtOnce) throw new PressBusyError("the caller has enough documents drawn already");
    underWay.set(key, now + 1);
    try {
      return await work();
    } finally {
      const left = underWay.get(key)! - 1;
      if (left === 0) underWay.delete(key);
      else underWay.set(key, left);
    }
  };
  const serve = (path: string, print: (hub: Hub, id: string) => Promise<Printed | null>): void => {
    app.get(path, async (request, reply) => {
      const asked = address.safeParse(request.params);
      if (!asked.success) return reply.callNotFound();
      const hub = await hubs.open(credentialsOf(request, request.ip, cookies), leaving(reply));
      try {
        const printed = await inTurn(hub, () => print(hub, asked.data.id));
        return printed ? hand(request, reply, printed) : reply.callNotFound();
      } catch (error) {
        if (!(error instanceof PressBusyError)) throw error;
        return reply.status(503).header("retry-after", 5).header("cache-control", "no-store").send();
      }
    });
  };
  serve(documentPaths.notice(":id"), printNotice);
  serve(documentPaths.receipt(":id"), printReceipt);

  /** Ends the work when time is up or nobody waits any more. */
  const leaving = (reply: FastifyReply): AbortSignal => {
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort(new Error("the client left")));
    return AbortSignal.any([gone.signal, AbortSignal.timeout(deadlineMs)]);
  };
}

function hand({ headers }: FastifyRequest, reply: FastifyReply, { fileName, bytes }: Printed): FastifyReply {
  // The same data gives the same bytes, so their hash names them.
  const tag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
  void reply.headers({ etag: tag, "cache-control": "private, no-store", "cross-origin-resource-policy": "same-origin" });
  if (headers["if-none-match"]?.split(/\s*,\s*/).includes(tag)) return reply.status(304).send();
  return reply.type("application/pdf").header("content-disposition", `inline; filename="${fileName}"`).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
