import type { FastifyInstance, FastifyRequest } from "fastify";
import { mostStatementBytes, NotAStatement } from "../../connectors/bank/statement.ts";
import { textOf } from "../../entities/problem.ts";
import type { Hub } from "../../operations/hub.ts";
import { importStatements } from "../../operations/reconciliation/import-statements.ts";
import { mayReconcile } from "../../operations/reconciliation/may-reconcile.ts";
import type { Hubs } from "../hubs.ts";
import type { Cookies } from "./cookies.ts";
import { credentialsOf } from "./credentials.ts";

export interface StatementsDeps {
  readonly hubs: Pick<Hubs, "open">;
  readonly cookies: Cookies;
}

/** The longest that taking a file may last, in milliseconds. */
const deadlineMs = 60_000;

/**
 * Where staff bring bank statements in: POST of a CAMT.053 file as `application/xml`, with the session or token of the graph.
 * A file may be larger than a request of the graph; of those who do not reconcile, not a byte of it is read. A page of
 * another site cannot send one: browsers ask us first about a body of this type.
 */
export function registerStatements(app: FastifyInstance, { hubs, cookies }: StatementsDeps): void {
  const entered = new WeakMap<FastifyRequest, Hub>();
  void app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(["application/xml", "text/xml"], { parseAs: "buffer", bodyLimit: mostStatementBytes }, (_request, body, done) => done(null, body));
    scope.addHook("onRequest", async (request, reply) => {
      const hub = await hubs.open(credentialsOf(request.raw, request.ip, cookies), AbortSignal.timeout(deadlineMs));
      if (!mayReconcile(hub)) return reply.status(403).send({ code: "NOT_FOUND", message: textOf("NOT_FOUND", undefined, hub.locale) });
      entered.set(request, hub);
    });
    scope.post("/reconciliation/statements", async (request, reply) => {
      const hub = entered.get(request)!;
      try {
        const imported = await importStatements(hub, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
        return { statements: imported.map(({ id, reference, known }) => ({ id: `bst_${id}`, reference, known })) };
      } catch (error) {
        if (!(error instanceof NotAStatement)) throw error;
        return reply.status(422).send({ code: error.code, reason: error.reason, message: refusal[hub.locale] });
      }
    });
  });
}

const refusal = { it: "Il file non è un estratto conto CAMT.053 in euro: scaricarlo di nuovo dal sito della banca.", en: "The file is no bank statement (CAMT.053) in euro: download it again from the bank." } as const;
