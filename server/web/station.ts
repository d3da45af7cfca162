import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { noMedia, readRequest, temporaryFailure, tooLarge, writeResponse, type StationReply, type StationSettings } from "../../connectors/pagopa/station.ts";
import { answerNode } from "../../operations/payment/answer-node.ts";
import { openStation, type StationParts } from "../../operations/payment/station.ts";
import { describeFailure } from "../failure.ts";
import { clientCheck, type ClientRule } from "./client-certificate.ts";

export interface StationDeps {
  readonly station: StationParts;
  readonly wire: StationSettings;
  /** Who may speak as the node. */
  readonly client: ClientRule;
}

const path = "/pagopa/paForNode";

/**
 * The pagoPA station: SOAP 1.1 by POST. Bytes are handed on as they came, and kept with receipts as proof; what fails for
 * now is answered so that the node asks again. Without a trusted client nothing is read.
 */
export function registerStation(app: FastifyInstance, { station: parts, wire, client }: StationDeps): void {
  const station = openStation(parts);
  const trusted = clientCheck(client);
  const { log } = station;

  const answer = async ({ body, headers }: FastifyRequest): Promise<StationReply> => {
    const message = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    try {
      const request = readRequest(message, { contentType: headers["content-type"], soapAction: only(headers["soapaction"]), contentEncoding: headers["content-encoding"] }, wire);
      if (!("refused" in request)) return writeResponse(await answerNode(station, request, message));
      log.warn({ refused: request.refused }, "a message to the station was refused");
      return request;
    } catch (error) {
      log.error({ failure: describeFailure(error) }, "the station could not answer");
      return temporaryFailure();
    }
  };

  void app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: Math.max(wire.messageBytes, wire.receiptBytes) }, (_request, body, done) => done(null, body));
    scope.addHook("onRequest", (request, reply, next) => {
      if (trusted(request)) return next();
      log.warn("somebody without the node's certificate came to the station");
      void reply.status(403).send();
    });
    // What breaks before there is a body to read: too much of it, a type that is none, or a connection that ends in the middle.
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      const { status, body } = error.statusCode === 413 ? tooLarge() : error.statusCode === 415 ? noMedia() : temporaryFailure();
      return soap(reply, status).send(body);
    });
    scope.post(path, async (request, reply) => {
      const { status, body } = await answer(request);
      soap(reply, status);
      // The text and not the reply, which would be waited for until its last byte has gone.
      return body;
    });
    scope.route({ method: ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"], url: path, handler: async (_request, reply) => reply.status(405).header("allow", "POST").send() });
  });
}

const soap = (reply: FastifyReply, status: number): FastifyReply => reply.status(status).header("content-type", "text/xml; charset=utf-8").header("cache-control", "no-store");

/** A header that may come once; of several, none is believed. */
const only = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join() : value);
