import { expect, test } from "@jest/globals";
import { methodInWords } from "../../../connectors/pagopa/payment-methods.ts";

test.each([["PPAY", "Postepay"], ["creditCard", "Carta di pagamento"], ["CP", "Carta di pagamento"], ["cash", "Contanti"], ["BPAY", "Bancomat Pay"], ["PPAL", "PayPal"]])("%s is %s", (method, words) =>
  expect(methodInWords(method)).toBe(words));

test.each(["Pago in Conto Intesa", "XYZ", "ppay", "constructor", "__proto__", ""])("%j is no published code, and stays as it is", method => expect(methodInWords(method)).toBe(method));
