import type { Language } from "../../entities/citizen.ts";
import type { MessageKind } from "../../entities/message.ts";
import type { Words } from "./words.ts";

/** What a message tells of; values are already written for people, in the language of the text. */
export interface Facts {
  /** Who writes: the administration. */
  readonly from: string;
  /** What it is about: the reason of a payment, the title of a service. */
  readonly about: string;
  /** A notice number or the number in the register, where there is one. */
  readonly number: string;
  readonly amount: string;
  /** The day that matters: due, paid, submitted, of the appointment. */
  readonly day: string;
  /** A second one: the last day of a proceeding, or the time of an appointment. */
  readonly until: string;
  /** Office and address of an appointment. */
  readonly place: string;
}

type Text = (facts: Facts) => Words;

/** Italian and English words for each kind of message. No name and no decision stands in any: those are behind the sign-in. */
export const texts: Readonly<Record<MessageKind, Readonly<Record<Language, Text>>>> = {
  NOTICE_ISSUED: {
    IT: ({ from, about, number, amount, day }) => ({
      subject: `Avviso di pagamento: ${about}`,
      paragraphs: [`${from} ti comunica un pagamento da fare: ${about}.`, `Importo: ${amount}. Numero avviso: ${number}. Da pagare entro il ${day}.`, payingIt],
    }),
    EN: ({ from, about, number, amount, day }) => ({
      subject: `Payment notice: ${about}`,
      paragraphs: [`${from} lets you know of a payment to be made: ${about}.`, `Amount: ${amount}. Notice number: ${number}. To be paid by ${day}.`, payingEn],
    }),
  },
  NOTICE_REMINDER: {
    IT: ({ from, about, number, amount, day }) => ({
      subject: `Promemoria di pagamento: ${about}`,
      paragraphs: [`${from} ti ricorda un pagamento che non risulta ancora fatto: ${about}.`, `Importo: ${amount}. Numero avviso: ${number}. Da pagare entro il ${day}.`, payingIt, "Se hai già pagato, non pagare di nuovo: la ricevuta può impiegare qualche tempo ad arrivare."],
    }),
    EN: ({ from, about, number, amount, day }) => ({
      subject: `Payment reminder: ${about}`,
      paragraphs: [`${from} reminds you of a payment that does not appear to have been made yet: ${about}.`, `Amount: ${amount}. Notice number: ${number}. To be paid by ${day}.`, payingEn, "If you have paid already, do not pay again: the receipt may take some time to arrive."],
    }),
  },
  RECEIPT: {
    IT: ({ from, about, number, amount, day }) => ({
      subject: `Pagamento ricevuto: ${about}`,
      paragraphs: [`${from} ha ricevuto il pagamento: ${about}.`, `Importo: ${amount}. Numero avviso: ${number}. Pagato il ${day}.`, "Per questo avviso non c'è altro da pagare. La quietanza è nella tua area personale."],
    }),
    EN: ({ from, about, number, amount, day }) => ({
      subject: `Payment received: ${about}`,
      paragraphs: [`${from} has received the payment: ${about}.`, `Amount: ${amount}. Notice number: ${number}. Paid on ${day}.`, "Nothing more is due for this notice. Its receipt is in your personal area."],
    }),
  },
  APPLICATION_RECEIVED: {
    IT: ({ from, about, number, day, until }) => ({
      subject: `Domanda ricevuta: ${about}`,
      paragraphs: [`${from} ha ricevuto la tua domanda: ${about}.`, `Numero di protocollo: ${number}, del ${day}.${until && ` Il procedimento si conclude entro il ${until}.`}`, "Nella tua area personale vedi a che punto è e che cosa resta da fare."],
    }),
    EN: ({ from, about, number, day, until }) => ({
      subject: `Application received: ${about}`,
      paragraphs: [`${from} has received your application: ${about}.`, `Protocol number: ${number}, of ${day}.${until && ` The proceeding ends by ${until}.`}`, "In your personal area you see where it stands and what is left to do."],
    }),
  },
  APPLICATION_DECIDED: {
    IT: ({ from, about, number }) => ({
      subject: `Esito della domanda: ${about}`,
      paragraphs: [`${from} ha deciso sulla tua domanda: ${about}.`, `Numero di protocollo: ${number}.`, "L'esito e la motivazione sono nella tua area personale, a cui accedi con SPID o CIE."],
    }),
    EN: ({ from, about, number }) => ({
      subject: `Outcome of the application: ${about}`,
      paragraphs: [`${from} has decided on your application: ${about}.`, `Protocol number: ${number}.`, "The outcome and its reason are in your personal area, which you enter with SPID or CIE."],
    }),
  },
  APPOINTMENT_REMINDER: {
    IT: ({ from, about, number, day, until, place }) => ({
      subject: `Promemoria appuntamento: ${about}`,
      paragraphs: [`${from} ti ricorda l'appuntamento: ${about}.`, `Quando: ${day}, alle ${until}. Dove: ${place}. Codice da mostrare allo sportello: ${number}.`, "Se non puoi venire, annulla l'appuntamento nella tua area personale: il posto serve a qualcun altro."],
    }),
    EN: ({ from, about, number, day, until, place }) => ({
      subject: `Appointment reminder: ${about}`,
      paragraphs: [`${from} reminds you of your appointment: ${about}.`, `When: ${day}, at ${until}. Where: ${place}. Code to show at the counter: ${number}.`, "If you cannot come, cancel it in your personal area: somebody else needs the place."],
    }),
  },
};

const payingIt = "Puoi pagare online nella tua area personale, oppure con il numero avviso presso banche, Poste e altri prestatori che aderiscono a pagoPA.";
const payingEn = "You can pay online in your personal area, or with the notice number at banks, post offices and other providers that take part in pagoPA.";

/** The words of the link to the counter. */
export const doorLabel: Readonly<Record<Language, string>> = { IT: "Vai allo sportello online", EN: "Go to the online counter" };

/** What a mail with a paper says of it. */
export const attached: Readonly<Record<Language, string>> = { IT: "In allegato trovi il documento in PDF.", EN: "The document is attached as a PDF." };
