import type { Simulator } from "../world.ts";
import { listenForMail } from "./server.ts";
import { type Caught, mailPage, mailsPage } from "./page.ts";

interface Named {
  Params: { id: string };
}

/** A mail server that delivers to nobody: what it takes is seen under `/mail`. It listens only where the sandbox was given a port for it. */
export const mail: Simulator = {
  name: "mail",
  async register(app, world) {
    const caught: Caught[] = [];
    if (world.smtpPort !== undefined) await listenForMail(app, world, { port: world.smtpPort, take: one => void caught.unshift(one) });

    app.get("/mail", async (_, reply) => reply.type("text/html; charset=utf-8").send(mailsPage(caught)));
    app.get("/mail/messages.json", async () => caught.map(({ attachments, ...rest }) => ({ ...rest, attachments: attachments.map(({ name, contentType, content }) => ({ name, contentType, bytes: content.length })) })));
    app.get<Named>("/mail/:id", async ({ params }, reply) => {
      const found = caught.find(({ id }) => id === params.id);
      return found ? reply.type("text/html; charset=utf-8").send(mailPage(found)) : reply.code(404).send({ error: "there is no such mail" });
    });
  },
};
