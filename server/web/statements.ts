import type { FastifyInstance, FastifyRequest } from "fastify";
import { mostStatementBytes, NotAStatement } from "../../connectors/bank/statement.ts";
import { textOf } from "../../entities/problem.ts";
import { HubError } from "../../kernel/errors.ts";
import { importStatements } from "../../operations/reconciliation/import-statements.ts";
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
 * A file may be larger than a request of the graph. A page of another site cannot send it: browsers ask us first about a
 * body of this type.
 */
export function registerStatements(app: FastifyInstance, { hubs, cookies }: StatementsDeps): void {
  void app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(["application/xml", "text/xml"], { parseAs: "buffer", bodyLimit: mostStatementBytes }, (_request, body, done) => done(null, body));
    scope.post("/reconciliation/statements", async (request: FastifyRequest, reply) => {
      const hub = await hubs.open(credentialsOf(request.raw, request.ip, cookies), AbortSignal.timeout(deadlineMs));
      try {
        const imported = await importStatements(hub, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
        return { statements: imported.map(({ id, reference, known }) => ({ id: `bst_${id}`, reference, known })) };
      } catch (error) {
        if (error instanceof NotAStatement) return reply.status(422).send({ code: error.code, reason: error.reason, message: refusal[hub.locale] });
        if (error instanceof HubError && error.code === "NOT_FOUND") return reply.status(403).send({ code: "NOT_FOUND", message: textOf("NOT_FOUND", undefined, hub.locale) });
        throw error;
      }
    });
  });
}

const refusal = { it: "Il file non è un estratto conto CAMT.053 in euro: scaricarlo di nuovo dal sito della banca.", en: "The file is no bank statement (CAMT.053) in euro: download it again from the bank." } as const;
