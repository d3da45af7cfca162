import { useRef, useState } from "react";
import type { IdePage } from "../page.ts";

interface HeaderProps {
  readonly page: IdePage;
  readonly partner: boolean;
  readonly onToken: (token: string | undefined) => void;
}

async function askToken(address: string): Promise<string> {
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const { token } = (await answer.json()) as { token: string };
  return token;
}

/** The bar above GraphiQL: whose graph it is, who asks, and as whom else one may ask. */
export function Header({ page, partner, onToken }: HeaderProps) {
  const [failure, setFailure] = useState<string>();
  const menu = useRef<HTMLDetailsElement>(null);
  const choose = (token: string | undefined) => {
    menu.current?.removeAttribute("open");
    setFailure(undefined);
    onToken(token);
  };
  const becomePartner = (address: string) => () =>
    void askToken(address).then(choose, (reason: Error) => setFailure(`Il gettone non si ottiene (${reason.message}).`));
  const choices = page.logins.length > 0 || page.partnerToken !== undefined;
  return (
    <header className="hub-bar">
      <strong>{page.title}</strong>
      {failure !== undefined && <span role="alert">{failure}</span>}
      <span className="hub-caller">
        Chiedi come <b>{partner ? "amministrazione partner" : page.caller}</b>
      </span>
      {choices && (
        <details className="hub-menu" ref={menu}>
          <summary>Accedi come</summary>
          <ul>
            {page.logins.map(({ label, hint, href }) => (
              <li key={href}>
                <a href={href}>
                  <b>{label}</b> <small>{hint}</small>
                </a>
              </li>
            ))}
            {page.partnerToken !== undefined && (
              <li>
                <button type="button" onClick={becomePartner(page.partnerToken)}>
                  <b>Amministrazione partner</b> <small>Un gettone OAuth della sandbox per questa pagina</small>
                </button>
              </li>
            )}
            {partner && (
              <li>
                <button type="button" onClick={() => choose(undefined)}>
                  <b>Lascia il gettone</b> <small>Torna a {page.caller}</small>
                </button>
              </li>
            )}
            {page.logout !== undefined && (
              <li>
                <a href={page.logout}>
                  <b>Esci</b> <small>Torna visitatore</small>
                </a>
              </li>
            )}
          </ul>
        </details>
      )}
    </header>
  );
}
