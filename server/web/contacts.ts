import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { confirmEmail, isOpenLink } from "../../operations/citizen/email-confirmation.ts";
import type { JobHub } from "../../operations/job.ts";
import type { Hubs } from "../hubs.ts";
import { html, sendPage, type Page } from "./page.ts";

const link = z.object({ id: z.uuid(), secret: z.string().regex(/^[\w-]{43}$/) });

/**
 * The page behind the link that confirms an e-mail address. Opening it changes nothing, for mail systems open links before
 * people do: the button confirms. Nobody need be signed in: whoever holds the link reads the mailbox.
 */
export function registerContacts(app: FastifyInstance, { hubs }: { readonly hubs: Pick<Hubs, "forJob"> }): void {
  const hub = (): JobHub => hubs.forJob(AbortSignal.timeout(5_000));

  app.get("/contacts/email/:id", async ({ params, query }, reply) => {
    const asked = link.safeParse(Object.assign({}, query, params));
    return asked.success && (await isOpenLink(hub(), asked.data.id, asked.data.secret)) ? sendPage(reply, 200, question(asked.data.secret)) : sendPage(reply, 404, spent);
  });

  app.post("/contacts/email/:id", async ({ params, body }, reply) => {
    const asked = link.safeParse(Object.assign({}, body, params));
    return asked.success && (await confirmEmail(hub(), asked.data.id, asked.data.secret)) ? sendPage(reply, 200, done) : sendPage(reply, 404, spent);
  });
}

const home = html`<p><a class="button" href="/">Torna allo sportello</a></p>`;

const english = (title: string, text: string) => html`<section lang="en"><h2>${title}</h2><p>${text}</p></section>`;

const question = (secret: string): Page => ({
  title: "Conferma il tuo indirizzo e-mail",
  body: html`<p>Confermando, riceverai a questo indirizzo i messaggi che hai scelto nei tuoi contatti.</p>
<form method="post" action="?"><input type="hidden" name="secret" value="${secret}"><p class="actions"><button class="button">Conferma l’indirizzo</button></p></form>
${english("Confirm your e-mail address", "With the button above you confirm the address: the messages that you chose in your contacts will be sent there.")}`.text,
});

const done: Page = {
  title: "Indirizzo confermato",
  body: html`<p>D’ora in poi i messaggi che hai scelto arrivano a questo indirizzo.</p>${home}${english("Address confirmed", "From now on the messages that you chose are sent to this address.")}`.text,
};

const spent: Page = {
  title: "Collegamento non più valido",
  body: html`<p>Il collegamento è già stato usato, è scaduto, o ne è stato inviato uno più recente. Se serve, chiedine un altro dai tuoi contatti.</p>${home}${english("This link does not work any more", "It was used, it has expired, or a newer one was sent. If you need to, ask for another in your contacts.")}`.text,
};
