import { createServer } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { FastifyInstance } from "fastify";
import { issueServerPair } from "./authority.ts";

/**
 * Listens on a port of localhost as the real registry does: with a certificate of its own authority (`ca.crt.pem`), and
 * only to those who show one that the authority issued. What comes there is answered by the same routes.
 */
export async function listenForCertificates(app: FastifyInstance, { folder, port, now }: { readonly folder: string; readonly port: number; readonly now: Date }): Promise<void> {
  const server = createServer({ ...(await issueServerPair(folder, now)), requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" }, (request, response) => app.routing(request, response));
  // Closing waits for nobody: what hangs is meant to.
  app.addHook("onClose", async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "localhost", resolve));
}

/** The certificate (DER) with which a connection was opened; undefined for those that asked for none. */
export const peerOf = (socket: Socket): Buffer | undefined => (socket instanceof TLSSocket ? socket.getPeerCertificate().raw : undefined);
