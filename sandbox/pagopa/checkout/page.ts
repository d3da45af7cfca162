import { escapeXml as escape } from "../contract/write.ts";
import type { Cart, CartState } from "./carts.ts";

const euros = new Intl.NumberFormat("it-IT", { style: "currency", currency: "EUR" });

const style = `
  :root { color-scheme: light; font: 1.125rem/1.5 system-ui, sans-serif; color: #17324d; background: #f2f6fa }
  body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
  main { background: #fff; padding: 1.5rem; border: 1px solid #5c6f82; border-radius: .25rem }
  table { width: 100%; border-collapse: collapse } caption { text-align: left; font-weight: 600 }
  th, td { text-align: left; padding: .5rem .25rem; border-bottom: 1px solid #5c6f82; vertical-align: top } .sum { text-align: right }
  button, .button { display: block; width: 100%; box-sizing: border-box; margin: .75rem 0; padding: .75rem; font: inherit; text-align: center;
    border: 2px solid #0066cc; border-radius: .25rem; background: #fff; color: #004d99; cursor: pointer; text-decoration: none }
  button.main, .button { background: #0066cc; color: #fff }
  :focus-visible { outline: 3px solid #ff9900; outline-offset: 2px }`;

const page = (title: string, content: string): string => `<!doctype html>
<html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Checkout di prova</title><style>${style}</style></head>
<body><main><h1>${escape(title)}</h1>${content}</main><footer><p>Simulatore di pagoPA Checkout: nessun denaro viene mosso.</p></footer></body></html>`;

/** What a person can do at the page, in the order of the buttons. */
export const actions = ["pay", "cancel", "fail", "wait", "vanish", "close"] as const;
export type Action = (typeof actions)[number];

const labels: Readonly<Record<Action, string>> = {
  pay: "Paga",
  cancel: "Annulla e torna al sito",
  fail: "Simula un pagamento rifiutato",
  wait: "Simula un pagamento in attesa di esito",
  vanish: "Paga senza tornare al sito",
  close: "Abbandona senza pagare",
};

/** The cart with its notices and what can be done. */
export function cartPage(cart: Cart): string {
  const total = cart.paymentNotices.reduce((sum, { amount }) => sum + amount, 0);
  const rows = cart.paymentNotices
    .map(
      ({ noticeNumber, companyName, description, amount }) =>
        `<tr><th scope="row">${escape(description)}<br><small>${escape(companyName)} · avviso ${escape(noticeNumber)}</small></th><td class="sum">${euros.format(amount / 100)}</td></tr>`,
    )
    .join("");
  const offered = actions.filter(action => action !== "wait" || cart.returnUrls.returnWaitingUrl !== undefined);
  const buttons = offered.map(action => `<button name="action" value="${action}"${action === "pay" ? ' class="main"' : ""}>${labels[action]}</button>`).join("");
  return page(
    "Il tuo pagamento",
    `<table><caption>Avvisi da pagare</caption><thead><tr><th scope="col">Causale</th><th scope="col" class="sum">Importo</th></tr></thead>
     <tbody>${rows}</tbody><tfoot><tr><th scope="row">Totale</th><td class="sum"><strong>${euros.format(total / 100)}</strong></td></tr></tfoot></table>
     <form method="post">${buttons}</form>`,
  );
}

const endings: Readonly<Record<CartState, string>> = {
  OPEN: "Il pagamento non è ancora stato fatto.",
  PAID: "Il pagamento è stato eseguito. Puoi chiudere questa pagina.",
  CANCELLED: "Hai annullato il pagamento.",
  FAILED: "Il pagamento non è andato a buon fine. Non ti è stato addebitato nulla.",
  WAITING: "Stiamo aspettando l’esito del pagamento.",
  CLOSED: "Hai lasciato la pagina senza pagare.",
};

/** A cart that is over; with a way back to the site when `back` says where. */
export const endPage = (state: CartState, options: { readonly faultCode?: string | undefined; readonly back?: string | undefined }): string =>
  page(
    "Il tuo pagamento",
    `<p role="status">${endings[state]}</p>` +
      (options.faultCode === undefined ? "" : `<p>Codice dell’errore: <code>${escape(options.faultCode)}</code></p>`) +
      (options.back === undefined ? "" : `<p><a class="button" href="${escape(options.back)}">Torna al sito</a></p>`),
  );

/** For an address that is no cart. */
export const unknownPage = (): string => page("Pagamento non trovato", "<p>Questo carrello non esiste o è scaduto.</p>");
