// The station as the `soap` package serves it from our own WSDL, answering a constant to everything: no database, no checks.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { resolve } from "node:path";
import soap from "soap";
import { settings, ready } from "./common.mjs";

const wsdl = resolve("connectors/pagopa/contract/paForNode.wsdl");
const party = { fiscalCodePA: "00480530047", companyName: "Comune di Cuneo" };

const paVerifyPaymentNotice = () => ({
  outcome: "OK", paymentList: { paymentOptionDescription: { amount: "46.30", options: "EQ", dueDate: "2026-12-31", allCCP: false } }, paymentDescription: "Permesso ZTL", ...party,
});
const paGetPaymentV2 = () => ({
  outcome: "OK", data: {
    creditorReferenceId: "07000000000000000", paymentAmount: "46.30", dueDate: "2026-12-31", description: "Permesso ZTL", companyName: "Comune di Cuneo",
    debtor: { uniqueIdentifier: { entityUniqueIdentifierType: "F", entityUniqueIdentifierValue: "BNC0000000000000" }, fullName: "Persona Sintetica" },
    transferList: { transfer: [{ idTransfer: "1", transferAmount: "46.30", ...party, IBAN: "IT60X0542811101000000123456", remittanceInformation: "Permesso ZTL", transferCategory: "9/0101100IM/" }] },
  },
});
const paSendRTV2 = () => ({ outcome: "OK" });

const server = createServer((_request, response) => response.writeHead(404).end());
server.listen(settings.port, "127.0.0.1", () => {
  soap.listen(server, { path: "/pagopa/paForNode", services: { paForNodeService: { paForNodePort: { paVerifyPaymentNotice, paGetPaymentV2, paSendRTV2 } } }, xml: readFileSync(wsdl, "utf8"), uri: wsdl, suppressStack: true, enableChunkedEncoding: false });
  ready();
});
