import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One tab of the IDE: a query of the story and the variables it starts with. */
export interface IdeTab {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const paste = (what: string): string => `incolla qui ${what}`;
const service = paste("l'id del servizio");
const office = paste("l'id dell'ufficio");
const application = paste("l'id della pratica");

/** A day so many days after another, both `YYYY-MM-DD`. */
const later = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** The story's files in `tabs/`, in its order, with the variables of each; `today` is `YYYY-MM-DD`. */
const story = (today: string): readonly (readonly [file: string, variables?: IdeTab["variables"]])[] => [
  ["catalogue"],
  ["service-sheet", { slug: "permesso-ztl-residenti" }],
  ["checklist", { input: { service, situations: [] } }],
  [
    "availability",
    {
      input: { service, office, from: later(today, 1), to: later(today, 14) },
      hold: { service, office, startsAt: paste("un orario libero"), idempotencyKey: "tieni-0001" },
      book: { appointment: paste("l'id dell'appuntamento"), idempotencyKey: "prenota-0001" },
    },
  ],
  ["me"],
  [
    "start-application",
    {
      start: { service, idempotencyKey: "avvia-0001" },
      draft: { application, category: "RESIDENT", plates: ["AB123CD"], from: later(today, 7), idempotencyKey: "bozza-0001" },
      submit: { application, idempotencyKey: "invia-0001" },
    },
  ],
  ["start-payment", { input: { payment: paste("l'id del pagamento"), idempotencyKey: "paga-0001" } }],
  ["my-updates", { after: null }],
  ["desk", { decision: { application, decision: "ACCEPTED", reason: "Requisiti verificati", idempotencyKey: "decidi-0001" } }],
  ["desk-updates", { after: null }],
  ["verify-residence", { input: { fiscalCode: "RSSDAA84C52D205X", reference: "pratica 12/2026" } }],
  ["who-read-my-data"],
  ["sources"],
];

/**
 * The story as queries, in its order. Each tab bears the name of its first operation; ids that only an earlier tab can
 * tell are left to be pasted in, and days lie ahead of `today`. A test checks every query against the schema.
 */
export const storyTabs = (today: string): Promise<readonly IdeTab[]> =>
  Promise.all(
    story(today).map(async ([file, variables]) => ({
      query: (await readFile(join(import.meta.dirname, "tabs", `${file}.graphql`), "utf8")).trimEnd(),
      ...(variables && { variables }),
    })),
  );
