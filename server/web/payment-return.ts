import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { HubError } from "../../kernel/errors.ts";
import type { Hub } from "../../operations/hub.ts";
import { showReturn, type Return } from "../../operations/payment/show-return.ts";
import { formatNoticeNumber, type NoticeNumber } from "../../rules/notice-number.ts";
import type { Hubs } from "../hubs.ts";
import type { Cookies } from "./cookies.ts";
import { escaped, sendPage, type Page } from "./page.ts";

export interface PaymentReturnDeps {
  readonly hubs: Pick<Hubs, "open">;
  readonly cookies: Cookies;
}

const outcomes = ["ok", "cancelled", "failed", "waiting"] as const;
type Outcome = (typeof outcomes)[number];

/** States in which the notice is not to be paid any more, and was not. */
const over: ReadonlySet<Return["state"]> = new Set(["EXPIRED", "CANCELLED", "EXCLUDED"]);

const address = z.object({ payment: z.uuid() });
const query = z.object({ outcome: z.enum(outcomes).catch("waiting") });

/**
 * The page to which Checkout sends people back. What the address says of the outcome is the payment page's word, which
 * anybody can type: it is repeated as such, changes nothing, and beside it stands what the hub knows.
 */
export function registerPaymentReturn(app: FastifyInstance, { hubs, cookies }: PaymentReturnDeps): void {
  app.get("/payments/return/:payment", async (request, reply) => {
    const asked = address.safeParse(request.params);
    const found = asked.success ? await showReturn(await hubOf(request), asked.data.payment) : null;
    if (!found) return sendPage(reply, 404, { title: "Pagamento non trovato", body: `<p>L'indirizzo non corrisponde a un pagamento di questo ente.</p>${home}` });
    const { outcome } = query.parse(request.query);
    return sendPage(reply, 200, found.state === "PAID" ? paid(found) : over.has(found.state) ? closed(found) : waiting(found, outcome));
  });

  /** The hub of whoever comes: they may have been away for longer than their session lasts. */
  const hubOf = ({ headers, ip }: FastifyRequest): Promise<Hub> => {
    const open = (session?: string): Promise<Hub> => hubs.open({ session, address: ip, locale: "it" }, AbortSignal.timeout(5_000));
    return open(cookies.session(headers.cookie)).catch((error: unknown) => {
      if (error instanceof HubError && error.code === "SESSION_EXPIRED") return open();
      throw error;
    });
  };
}

const home = `<p><a class="button" href="/">Torna allo sportello</a></p>`;
/** The same address again: a page that reloads by itself takes the reader's place away. */
const refresh = `<p><a class="button" href="">Aggiorna lo stato</a></p>`;

const paid = (found: Return): Page => ({
  title: "Pagamento ricevuto",
  body: `<p>La ricevuta di pagoPA è arrivata: per questo avviso non c'è altro da pagare.</p>${details(found)}${home}`
    + english("Payment received", "The receipt from pagoPA has come: nothing more is due for this notice."),
});

const closed = (found: Return): Page => ({
  title: "Avviso non più pagabile",
  body: `<p>Questo avviso non si può più pagare e non è arrivata alcuna ricevuta. Se il pagamento è stato fatto, la ricevuta arriverà comunque e lo stato cambierà da solo.</p>${details(found)}${home}`
    + english("This notice can no longer be paid", "No receipt has come. If you did pay, the receipt will come all the same and the state will change by itself."),
});

const said: Readonly<Record<Outcome, { readonly it: string; readonly en: string }>> = {
  ok: { it: "La pagina di pagamento riferisce che il pagamento è riuscito.", en: "The payment page says that the payment succeeded." },
  cancelled: { it: "La pagina di pagamento riferisce che il pagamento è stato annullato.", en: "The payment page says that the payment was cancelled." },
  failed: { it: "La pagina di pagamento riferisce che il pagamento non è riuscito.", en: "The payment page says that the payment failed." },
  waiting: { it: "La pagina di pagamento non conosce ancora l'esito.", en: "The payment page does not know the outcome yet." },
};

const waiting = (found: Return, outcome: Outcome): Page => ({
  title: "Esito del pagamento in attesa",
  body: `<p>${said[outcome].it} Per l'ente fa fede soltanto la ricevuta di pagoPA, che non è ancora arrivata.</p>
<h2>Cosa succede adesso</h2><ul><li>Se il pagamento è stato fatto, la ricevuta arriva di solito in pochi minuti e lo stato cambia da solo: non serve tenere aperta questa pagina.</li>
<li>Finché l'esito non è noto, non pagare di nuovo questo avviso, soprattutto se risulta un addebito.</li>
<li>Se non è stato addebitato nulla, l'avviso resta valido.</li></ul>${details(found)}${refresh}${home}`
    + english("Waiting for the outcome", `${said[outcome].en} Only pagoPA's receipt counts, and it has not come yet; usually it takes minutes. Do not pay this notice again until the outcome is known, above all if you were charged. If you were not, the notice stays valid.`),
});

/** What is owed, for whoever owes it. */
const details = ({ owed }: Return): string => owed === null ? ""
  : `<dl><dt>Causale</dt><dd>${escaped(owed.description)}</dd><dt>Importo</dt><dd>${euro.format(owed.amountCents / 100)}</dd><dt>Codice avviso</dt><dd>${formatNoticeNumber(owed.noticeNumber as NoticeNumber)}</dd></dl>`;

const euro = new Intl.NumberFormat("it-IT", { style: "currency", currency: "EUR" });

const english = (title: string, text: string): string => `<section lang="en"><h2>${title}</h2><p>${text}</p></section>`;
