/** A question with fixed answers; keys are stable, titles are the Italian text to show. */
export interface SatisfactionQuestion {
  readonly key: string;
  readonly title: string;
  readonly answers: readonly { readonly key: string; readonly title: string }[];
}

/** Stars go from 1 (very hard) to 5 (very easy). */
export type Stars = 1 | 2 | 3 | 4 | 5;

/** The first question, answered in stars (PNRR 1.4.1, C.SE.1.7). */
export const easeQuestion = { key: "EASE", title: "Quanto è stato facile usare questo servizio?", lowest: 1, highest: 5 } as const;

const difficulties: SatisfactionQuestion = {
  key: "DIFFICULTIES",
  title: "Dove hai incontrato le maggiori difficoltà?",
  answers: [
    { key: "UNCLEAR", title: "A volte le indicazioni non erano chiare" },
    { key: "INCOMPLETE", title: "A volte le indicazioni non erano complete" },
    { key: "LOST", title: "A volte non capivo se stavo procedendo correttamente" },
    { key: "TECHNICAL", title: "Ho avuto problemi tecnici" },
    { key: "OTHER", title: "Altro" },
  ],
};

const merits: SatisfactionQuestion = {
  key: "MERITS",
  title: "Quali sono stati gli aspetti che hai preferito?",
  answers: [
    { key: "CLEAR", title: "Le indicazioni erano chiare" },
    { key: "COMPLETE", title: "Le indicazioni erano complete" },
    { key: "GUIDED", title: "Capivo sempre che stavo procedendo correttamente" },
    { key: "NO_TECHNICAL_PROBLEM", title: "Non ho avuto problemi tecnici" },
    { key: "OTHER", title: "Altro" },
  ],
};

/** The second question: difficulties after 1 to 3 stars, merits after 4 or 5 (PNRR 1.4.1, C.SE.1.7). Free text may follow. */
export const followUpQuestion = (stars: Stars): SatisfactionQuestion => stars <= 3 ? difficulties : merits;

/** Whether an answer belongs to the question that follows these stars. */
export const answersFollowUp = (stars: Stars, answer: string): boolean =>
  followUpQuestion(stars).answers.some(({ key }) => key === answer);
