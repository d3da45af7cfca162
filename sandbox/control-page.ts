import { faultKinds } from "./faults.ts";
import type { World } from "./world.ts";

const kindsInWords: Record<(typeof faultKinds)[number], string> = {
  slow: "lento",
  silent: "muto",
  drip: "a goccia",
  reset: "chiude la connessione",
  refuse: "rifiuta",
  unavailable: "non disponibile (503)",
  malformed: "risposta rotta",
  huge: "risposta enorme",
  duplicate: "duplica",
  late: "in ritardo",
};

/** The index page of the sandbox, in Italian: simulators with their faults, and the test persons. No script, no request elsewhere. */
export function controlPage(world: World, simulators: readonly string[]): string {
  const persons = world.people.filter(({ login }) => login).map(({ login, givenName, familyName, fiscalCode }) =>
    row([`<code>${html(login!.username)}</code>`, `<code>${html(login!.password)}</code>`, html(`${givenName} ${familyName}`), `<code>${fiscalCode}</code>`]));
  return `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox di Sportello Hub</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #767676; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .5rem 0; }
label { display: grid; font-size: .9rem; }
input, select, button { font: inherit; padding: .3rem .5rem; border: 1px solid #595959; border-radius: .25rem; }
button { background: #0059b3; color: #fff; border-color: #0059b3; cursor: pointer; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>Sandbox di Sportello Hub</h1>
<p>Il mondo esterno in locale: sistemi simulati e persone inventate. L’hub risponde a <a href="${html(world.hubUrl)}">${html(world.hubUrl)}</a>.</p>
<h2>Guasti in corso</h2>
${currentFaults(world)}
<h2>Simulatori</h2>
${simulators.map(simulatorForm).join("\n")}
<h2>Persone di prova</h2>
<div class="wide" tabindex="0" role="region" aria-label="Persone di prova">
<table>
<caption>Chi può accedere con l’identità digitale simulata (${world.people.length} residenti in tutto)</caption>
<thead><tr><th scope="col">Utente</th><th scope="col">Password</th><th scope="col">Nome</th><th scope="col">Codice fiscale</th></tr></thead>
<tbody>
${persons.join("\n")}
</tbody>
</table>
</div>
</main>
</body>
</html>
`;
}

function currentFaults(world: World): string {
  const faults = Object.entries(world.faults.list());
  if (faults.length === 0) return "<p>Nessuno: tutti i sistemi rispondono.</p>";
  const rows = faults.map(([key, fault]) => {
    const [simulator = "", operation = "*"] = key.split("/");
    const details = [fault.ms === undefined ? "" : `${fault.ms} ms`, fault.code ?? "", fault.times === undefined ? "" : `${fault.times} volte`].filter(Boolean).join(", ");
    return row([
      html(simulator),
      operation === "*" ? "tutte" : html(operation),
      kindsInWords[fault.kind] + (details === "" ? "" : ` (${html(details)})`),
      `<form method="post" action="/control/form">${hidden("simulator", simulator)}${hidden("operation", operation === "*" ? "" : operation)}<button name="action" value="lift" aria-label="Togli il guasto a ${html(simulator)}">Togli</button></form>`,
    ]);
  });
  return `<div class="wide" tabindex="0" role="region" aria-label="Guasti in corso">
<table>
<thead><tr><th scope="col">Sistema</th><th scope="col">Operazione</th><th scope="col">Guasto</th><th scope="col">Azione</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>`;
}

const simulatorForm = (name: string): string => `<section aria-labelledby="s-${html(name)}">
<h3 id="s-${html(name)}">${html(name)}</h3>
<form method="post" action="/control/form">
${hidden("simulator", name)}
<label>Guasto <select name="kind">${faultKinds.map(kind => `<option value="${kind}">${kindsInWords[kind]}</option>`).join("")}</select></label>
<label>Operazione (vuoto: tutte) <input name="operation" size="16"></label>
<label>Millisecondi <input name="ms" inputmode="numeric" size="7"></label>
<label>Codice <input name="code" size="10"></label>
<label>Volte (vuoto: sempre) <input name="times" inputmode="numeric" size="5"></label>
<button name="action" value="impose">Imponi</button>
</form>
</section>`;

const row = (cells: readonly string[]): string => `<tr>${cells.map(cell => `<td>${cell}</td>`).join("")}</tr>`;
const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${html(value)}">`;
const html = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
