import { BadMessage, readResponse } from "./contract/read.ts";
import { type Operation } from "./contract/types.ts";
import { type Message } from "./contract/write.ts";
import { type Institution } from "./settings.ts";

/** What the node tells a PSP in place of the station's answer. */
export interface NodeFault {
  readonly faultCode: string;
  readonly description: string;
  /** The station's own fault, when the station answered a valid KO. */
  readonly originalFaultCode?: string;
  readonly originalFaultString?: string;
  readonly originalDescription?: string;
}

/** The node's verdict on an answer: the answer itself when it stands, else the fault for the PSP. */
export type Verdict = { readonly outcome: "OK"; readonly answer: Message } | { readonly outcome: "KO"; readonly fault: NodeFault };

export type Institutions = ReadonlyMap<string, Institution>;

export const badResponse = (description: string): NodeFault => ({ faultCode: "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", description });

/** Euro with two decimals, as the schema admits them, in cents. */
export const cents = (amount: string): number => Number(amount.replace(".", ""));

type Rule = (answer: Message, institutions: Institutions) => string | undefined;

const needs = (...names: string[]): Rule => answer => {
  const missing = names.filter(name => answer[name] === undefined);
  return missing.length > 0 ? `OK without ${missing.join(", ")}` : undefined;
};

const transfersOf = (answer: Message): readonly Message[] =>
  ((answer.data as Message).transferList as Message).transfer as readonly Message[];

const sumsUp: Rule = answer => {
  const sum = transfersOf(answer).reduce((total, { transferAmount }) => total + cents(transferAmount as string), 0);
  return sum === cents((answer.data as Message).paymentAmount as string) ? undefined : "paymentAmount is not the sum of the transfers";
};

const beneficiariesAreKnown: Rule = (answer, institutions) => {
  for (const { fiscalCodePA, IBAN } of transfersOf(answer)) {
    const institution = institutions.get(fiscalCodePA as string);
    if (!institution) return "fiscalCodePA is not an institution of the platform";
    if (!institution.enabled) return "fiscalCodePA is a disabled institution";
    if (IBAN !== undefined && !institution.ibans.includes("*") && !institution.ibans.includes(IBAN as string)) return "IBAN is not registered for fiscalCodePA";
  }
  return undefined;
};

const verify = [needs("paymentList", "paymentDescription", "fiscalCodePA", "companyName")];
const payment = [needs("data"), sumsUp, beneficiariesAreKnown];

/** What the node wants beyond the schema from an OK, the first broken rule counting. */
const rules: Readonly<Record<Operation, readonly Rule[]>> = {
  paVerifyPaymentNotice: verify,
  paGetPayment: payment,
  paGetPaymentV2: payment,
  paDemandPaymentNotice: [needs("qrCode"), ...verify],
  paSendRT: [],
  paSendRTV2: [],
};

const refusal = (fault: Message): NodeFault => ({
  faultCode: "PPT_ERRORE_EMESSO_DA_PAA",
  description: "L'ente creditore ha risposto KO",
  originalFaultCode: fault.faultCode as string,
  originalFaultString: fault.faultString as string,
  ...(fault.description === undefined ? {} : { originalDescription: fault.description as string }),
});

/**
 * The node's verdict on a station's answer.
 *
 * An answer outside the schema, a KO without fault, or an OK that breaks a rule of the node is a bad response; a valid
 * KO is passed on with the station's code as it is, known to the node or not.
 */
export function judge(operation: Operation, message: Uint8Array, institutions: Institutions): Verdict {
  try {
    const answer = readResponse(operation, message);
    if (answer.outcome === "KO") {
      return { outcome: "KO", fault: answer.fault === undefined ? badResponse("KO without fault") : refusal(answer.fault as Message) };
    }
    for (const rule of rules[operation]) {
      const broken = rule(answer, institutions);
      if (broken !== undefined) return { outcome: "KO", fault: badResponse(broken) };
    }
    return { outcome: "OK", answer };
  } catch (error) {
    if (error instanceof BadMessage) return { outcome: "KO", fault: badResponse(error.message) };
    throw error;
  }
}
