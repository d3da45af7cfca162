import type { FastifyInstance } from "fastify";
import { operations, type Operation } from "../contract/types.ts";
import { judge } from "../judge.ts";
import type { Bank } from "./bank.ts";

const names = Object.entries(operations) as [Operation, { readonly response: string }][];

/**
 * The node's verdict on any answer of a station, without a station: the envelope as the body of a POST, of whatever type, to
 * `/pagopa/node/judge/{operation}`, where the operation goes by its own name or by that of its answer's element.
 */
export function registerJudge(app: FastifyInstance, bank: Bank): void {
  void app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: 2 * 1_048_576 }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { operation: string } }>("/pagopa/node/judge/:operation", async ({ params, body }, reply) => {
      const [operation] = names.find(([name, { response }]) => [name, response].includes(params.operation)) ?? [];
      if (!operation) return reply.code(404).send({ error: "no such operation", operations: names.map(([name]) => name) });
      return judge(operation, Buffer.isBuffer(body) ? body : Buffer.alloc(0), bank.institutions);
    });
  });
}
