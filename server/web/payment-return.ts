import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { PaymentState } from "../../entities/payment.ts";
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

/** One to five payments, as the address names them, in whichever case of letters. */
const address = z.object({ "*": z.string().max(200).transform(ids => ids.toLowerCase().split("+")).pipe(z.array(z.uuid()).max(5)) });
const query = z.object({ outcome: z.enum(outcomes).catch("waiting") });

/**
 * The page to which Checkout sends people back. What the address says of the outcome is the payment page's word, which
 * anybody can type: it is repeated as such, changes nothing, and beside it stands what the hub knows.
 */
export function registerPaymentReturn(app: FastifyInstance, { hubs, cookies }: PaymentReturnDeps): void {
  app.get("/payments/return/*", async (request, reply) => {
    const asked = address.safeParse(request.params);
    const found = asked.success ? await showReturn(await hubOf(request), asked.data["*"]) : null;
    if (!found) return sendPage(reply, 404, { title: "Pagamento non trovato", body: `<p>L'indirizzo non corrisponde a un pagamento di questo ente.</p>${home}` });
    const { outcome } = query.parse(request.query);
    return sendPage(reply, 200, pageOf(found, outcome));
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

const toHome = (look: string): string => `<a class="${look}" href="/">Torna allo sportello</a>`;
const home = `<p class="actions">${toHome("button")}</p>`;
/** The same address again: a page that reloads by itself takes the reader's place away. */
const refreshOrHome = `<p class="actions"><a class="button" href="">Aggiorna lo stato</a>${toHome("button plain")}</p>`;

/** What the page says as a whole: what is uncertain comes before what is settled. */
function pageOf(found: readonly Return[], outcome: Outcome): Page {
  const some = (...states: readonly PaymentState[]): boolean => found.some(({ state }) => states.includes(state));
  if (some("OPEN", "OUTCOME_UNKNOWN")) return waiting(found, outcome);
  return some("EXPIRED", "CANCELLED", "EXCLUDED") ? closed(found) : paid(found);
}

const plural = (found: readonly Return[], one: string, several: string): string => (found.length > 1 ? several : one);

const paid = (found: readonly Return[]): Page => ({
  title: "Pagamento ricevuto",
  body: `<p class="notice">${plural(found, "La ricevuta di pagoPA è arrivata: per questo avviso non c'è altro da pagare.", "Le ricevute di pagoPA sono arrivate: per questi avvisi non c'è altro da pagare.")}</p>${details(found)}${home}`
    + english("Payment received", plural(found, "The receipt from pagoPA has come: nothing more is due for this notice.", "The receipts from pagoPA have come: nothing more is due for these notices.")),
});

const closed = (found: readonly Return[]): Page => ({
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

const waiting = (found: readonly Return[], outcome: Outcome): Page => ({
  title: "Esito del pagamento in attesa",
  body: `<p class="notice">${said[outcome].it} Per l'ente fa fede soltanto la ricevuta di pagoPA, che non è ancora arrivata.</p>${details(found)}
<h2>Cosa succede adesso</h2><ul><li>Se il pagamento è stato fatto, la ricevuta arriva di solito in pochi minuti e lo stato cambia da solo: non serve tenere aperta questa pagina.</li>
<li>Finché l'esito non è noto, non pagare di nuovo questo avviso, soprattutto se risulta un addebito.</li>
<li>Se non è stato addebitato nulla, l'avviso resta valido: dopo un po' di tempo senza notizie si potrà pagare di nuovo.</li></ul>${refreshOrHome}`
    + english("Waiting for the outcome", `${said[outcome].en} Only pagoPA's receipt counts, and it has not come yet; usually it takes minutes. Do not pay this notice again until the outcome is known, above all if you were charged. If you were not, the notice stays valid, and after a while without news it can be paid again.`),
});

const states: Readonly<Record<PaymentState, string>> = {
  OPEN: "da pagare", OUTCOME_UNKNOWN: "esito in attesa", PAID: "pagato", EXPIRED: "scaduto", CANCELLED: "annullato", EXCLUDED: "non più dovuto",
};

/** What is owed, for whoever owes it; of several, with where each stands. */
const details = (found: readonly Return[]): string => found.map(({ owed, state }) => owed === null ? ""
  : `<dl><dt>Causale</dt><dd>${escaped(owed.description)}</dd><dt>Importo</dt><dd>${euro.format(owed.amountCents / 100)}</dd><dt>Codice avviso</dt><dd>${formatNoticeNumber(owed.noticeNumber as NoticeNumber)}</dd>${found.length > 1 ? `<dt>Stato</dt><dd>${states[state]}</dd>` : ""}</dl>`).join("");

const euro = new Intl.NumberFormat("it-IT", { style: "currency", currency: "EUR" });

const english = (title: string, text: string): string => `<section lang="en"><h2>${title}</h2><p>${text}</p></section>`;
