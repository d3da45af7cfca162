import type { Office, OpeningHours } from "./types.ts";

/*
 * Offices of Comune di Cuneo. Street and phone of the Sportello Unico are real (targatocn.it, 13 June 2024). Everything
 * named in `demo` is invented for the demonstration; streets of that kind are called "Via degli Esempi".
 */

const week = (weekdays: readonly number[], from: string, to: string, mode: OpeningHours["mode"]): OpeningHours[] =>
  weekdays.map(weekday => ({ weekday, from, to, mode }));

const workdays = [1, 2, 3, 4, 5];
const invented: Office["demo"] = ["street", "phone", "email", "counters", "hours"];
const cuneo = { postalCode: "12100", city: "Cuneo" } as const;

export const offices: readonly Office[] = [
  {
    ...cuneo, key: "sportello-unico", name: "Sportello Unico del Cittadino",
    description: "Anagrafe, permessi ZTL, contrassegni per persone con disabilità, idoneità abitativa e Informagiovani, in un solo luogo.",
    street: "Via Santa Maria 1", phone: "0171 444 444", email: "sportello@comune-cuneo.example", counters: 6,
    hours: [...week(workdays, "08:30", "12:30", "BY_APPOINTMENT"), ...week([2, 4], "14:30", "16:30", "BY_APPOINTMENT"), ...week([1, 3], "14:30", "16:00", "OPEN_ACCESS")],
    demo: ["email", "counters", "hours"],
  },
  {
    ...cuneo, key: "stato-civile", name: "Ufficio di Stato civile",
    description: "Nascite, matrimoni, unioni civili, cittadinanza, separazioni e morti.",
    street: "Via degli Esempi 2", phone: "0171 000 002", email: "statocivile@comune-cuneo.example", counters: 2,
    hours: [...week(workdays, "09:00", "12:00", "BY_APPOINTMENT"), ...week([4], "14:30", "16:30", "BY_APPOINTMENT")],
    demo: invented,
  },
  {
    ...cuneo, key: "polizia-locale", name: "Polizia locale",
    description: "Zona a traffico limitato, verbali, incidenti e occupazione di suolo pubblico.",
    street: "Via degli Esempi 3", phone: "0171 000 003", email: "polizialocale@comune-cuneo.example", counters: 2,
    hours: [...week(workdays, "08:30", "12:00", "BY_APPOINTMENT"), ...week([1, 2, 3, 4, 5, 6], "14:00", "17:00", "OPEN_ACCESS")],
    demo: invented,
  },
  {
    ...cuneo, key: "edilizia", name: "Sportello Edilizia e Urbanistica",
    description: "Idoneità abitativa, archivio edilizio, certificati urbanistici.",
    street: "Via degli Esempi 4", phone: "0171 000 004", email: "edilizia@comune-cuneo.example", counters: 2,
    hours: [...week([1, 3, 5], "09:00", "12:00", "BY_APPOINTMENT"), ...week([4], "14:30", "16:30", "BY_APPOINTMENT")],
    demo: invented,
  },
  {
    ...cuneo, key: "tributi", name: "Ufficio Tributi",
    description: "Tassa rifiuti, imposta sugli immobili, rimborsi e rateizzazioni.",
    street: "Via degli Esempi 5", phone: "0171 000 005", email: "tributi@comune-cuneo.example", counters: 3,
    hours: [...week([1, 2, 4, 5], "08:30", "12:00", "BY_APPOINTMENT"), ...week([3], "08:30", "12:00", "OPEN_ACCESS")],
    demo: invented,
  },
  {
    ...cuneo, key: "urp", name: "Ufficio Relazioni con il Pubblico",
    description: "Informazioni, accesso ai documenti, segnalazioni e reclami.",
    street: "Via degli Esempi 6", phone: "0171 000 006", email: "urp@comune-cuneo.example", counters: 2,
    hours: [...week(workdays, "09:00", "12:30", "OPEN_ACCESS"), ...week([2, 4], "14:30", "16:30", "BY_APPOINTMENT")],
    demo: invented,
  },
  {
    ...cuneo, key: "informagiovani", name: "Informagiovani",
    description: "Lavoro, studio, volontariato ed estero per chi ha meno di 35 anni.",
    street: "Via Santa Maria 1", phone: "0171 000 007", email: "informagiovani@comune-cuneo.example", counters: 1,
    hours: [...week([1, 3, 5], "14:30", "18:00", "OPEN_ACCESS"), ...week([2, 4], "10:00", "13:00", "BY_APPOINTMENT")],
    demo: ["phone", "email", "counters", "hours"],
  },
];
