/** What the node asks of a station, one after the other for a notice. */
export const stationWorks = ["verify", "pay", "receipt"] as const;
export type StationWork = (typeof stationWorks)[number];

/** What each stands for, for people. */
export const stationTitles: Readonly<Record<StationWork, string>> = {
  verify: "paVerifyPaymentNotice: what a notice costs",
  pay: "paGetPaymentV2: what is to be paid, by whom, to which accounts",
  receipt: "paSendRTV2: a receipt, kept with position, ledger, application and events",
};

/** The notice of a position of the measurements. */
export const noticeOf = (number: number): string => `307${String(number).padStart(15, "0")}`;

const addressed = "<idPA>00480530047</idPA><idBrokerPA>00480530047</idBrokerPA><idStation>00480530047_01</idStation>";
const qrCode = (notice: string): string => `<qrCode><fiscalCode>00480530047</fiscalCode><noticeNumber>${notice}</noticeNumber></qrCode>`;
const person = (element: string): string => `<${element}><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>BNC0000000000000</entityUniqueIdentifierValue></uniqueIdentifier><fullName>Persona Sintetica</fullName></${element}>`;

const receipt = (notice: string): string => `<receipt><receiptId>${notice}${"0".repeat(14)}</receiptId><noticeNumber>${notice}</noticeNumber><fiscalCode>00480530047</fiscalCode><outcome>OK</outcome>`
  + `<creditorReferenceId>${notice.slice(1)}</creditorReferenceId><paymentAmount>46.30</paymentAmount><description>Permesso ZTL</description><companyName>Comune di Cuneo</companyName>${person("debtor")}`
  + `<transferList><transfer><idTransfer>1</idTransfer><transferAmount>46.30</transferAmount><fiscalCodePA>00480530047</fiscalCodePA><companyName>Comune di Cuneo</companyName><IBAN>IT60X0542811101000000123456</IBAN>`
  + `<remittanceInformation>Permesso ZTL</remittanceInformation><transferCategory>9/0101100IM/</transferCategory></transfer></transferList>`
  + `<idPSP>PROVAIT1</idPSP><pspFiscalCode>99999000001</pspFiscalCode><PSPCompanyName>Banca di prova</PSPCompanyName><idChannel>99999000001_01</idChannel><channelDescription>app</channelDescription>${person("payer")}`
  + `<paymentMethod>creditCard</paymentMethod><fee>1.00</fee><paymentDateTime>2026-07-01T09:30:00</paymentDateTime><applicationDate>2026-07-01</applicationDate><transferDate>2026-07-02</transferDate></receipt>`;

const messages: Readonly<Record<StationWork, { readonly action: string; readonly element: string; readonly inside: (notice: string) => string }>> = {
  verify: { action: "paVerifyPaymentNotice", element: "paVerifyPaymentNoticeReq", inside: qrCode },
  pay: { action: "paGetPaymentV2", element: "paGetPaymentV2Request", inside: notice => `${qrCode(notice)}<amount>46.30</amount>` },
  receipt: { action: "paSendRTV2", element: "paSendRTV2Request", inside: receipt },
};

/** A message of the node as it goes over the wire. */
export function stationRequest(work: StationWork, notice: string, port: number): string {
  const { action, element, inside } = messages[work];
  const body = `<?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Header/>`
    + `<soapenv:Body><pafn:${element}>${addressed}${inside(notice)}</pafn:${element}></soapenv:Body></soapenv:Envelope>`;
  return `POST /pagopa/paForNode HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: text/xml; charset=utf-8\r\nsoapaction: "${action}"\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
