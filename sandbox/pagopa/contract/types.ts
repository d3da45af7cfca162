/**
 * What a creditor's station and the node say to each other (primitives of `paForNode`, versions 1 and 2), as tables
 * of our own: from them come the schema that answers are judged by (`schema.ts`) and the order in which requests are
 * written (`write.ts`). Source: the published interface, SANP 3.12.0.
 */
export const namespace = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/** A simple type: what it is built on, and its facets in the words of XML Schema. */
export interface Simple {
  readonly base: string;
  readonly facets: Readonly<Record<string, string | number | readonly string[]>>;
}

const text = (longest: number): Simple => ({ base: "string", facets: { minLength: 1, maxLength: longest } });
const oneOf = (...values: string[]): Simple => ({ base: "string", facets: { enumeration: values } });
const shaped = (pattern: string, more: Simple["facets"] = {}): Simple => ({ base: "string", facets: { pattern, ...more } });
const amount = (least: Simple["facets"]): Simple => ({ base: "decimal", facets: { pattern: "\\d+\\.\\d{2}", ...least, maxInclusive: "999999999.99" } });
const plain = (base: string): Simple => ({ base, facets: {} });
/** The pattern excludes nothing: with one, libxml2 looks at the text without the blanks around it, as it should. */
const time = (base: "date" | "dateTime"): Simple => ({ base, facets: { pattern: "[-+:TZ.0-9]+" } });

/** The simple types of the contract's own; the other words for types are XML Schema's (`string`, `boolean`, …). */
export const simpleTypes = {
  faultCode: plain("string"),
  day: time("date"),
  instant: time("dateTime"),
  text16: text(16),
  text20: text(20),
  text35: text(35),
  text70: text(70),
  text140: text(140),
  text210: text(210),
  serviceId: { base: "string", facets: { length: 5 } },
  outcome: oneOf("OK", "KO"),
  amountOption: oneOf("EQ", "LS", "GT", "ANY"),
  transferType: oneOf("POSTAL", "PAGOPA"),
  personType: oneOf("F", "G"),
  stampType: oneOf("01"),
  personCode: { base: "string", facets: { minLength: 2, maxLength: 16 } },
  creditorCode: shaped("[0-9]{11}"),
  noticeNumber: shaped("[0-9]{18}"),
  alpha2: shaped("[A-Z]{2}"),
  email: shaped("[a-zA-Z0-9_\\.\\+\\-]+@[a-zA-Z0-9\\-]+(\\.[a-zA-Z0-9\\-]+)*", { maxLength: 256 }),
  amount: amount({}),
  amountNotZero: amount({ minInclusive: "0.01" }),
  transferIndex: { base: "int", facets: { enumeration: ["1", "2", "3", "4", "5"] } },
  documentHash: { base: "base64Binary", facets: { pattern: ".{4,72}" } },
} as const satisfies Record<string, Simple>;

const station = "idPA:text35 idBrokerPA:text35 idStation:text35";
const head = "outcome:outcome fault?:Fault";
const offer = "paymentList?:Options paymentDescription?:text140 fiscalCodePA?:creditorCode companyName?:text140 officeName?:text140";
const enquiry = `${station} qrCode:QrCode amount?:amount paymentNote?:text210 transferType?:transferType dueDate?:day`;
const paymentTop = "creditorReferenceId:text35 paymentAmount:amountNotZero dueDate:day retentionDate?:instant lastPayment?:boolean description:text140";
const transferTop = "idTransfer:transferIndex transferAmount:amountNotZero fiscalCodePA:creditorCode";
const transferEnd = "remittanceInformation:text140 transferCategory:text140 metadata?:Metadata";
const receiptTop =
  "receiptId:string noticeNumber:noticeNumber fiscalCode:creditorCode outcome:outcome creditorReferenceId:text35 paymentAmount:amount " +
  "description:text140 companyName:text140 officeName?:text140 debtor:Subject";
const receiptPsp =
  "idPSP:text35 pspFiscalCode?:text70 pspPartitaIVA?:text20 PSPCompanyName:text70 idChannel:text35 channelDescription:text35 payer?:Subject paymentMethod?:text35";
const receiptEnd = "paymentDateTime?:instant applicationDate?:day transferDate?:day metadata?:Metadata standIn?:boolean";

/**
 * The complex types. A word is `name:type`, `name?:type` when it may be missing, `name[5]:type` when it stands one to
 * five times; words joined by `|` exclude each other and one of them must be there. The order is the order on the wire.
 */
export const complexTypes = {
  QrCode: "fiscalCode:creditorCode noticeNumber:noticeNumber",
  Fault: "faultCode:faultCode faultString:string id:string description?:string serial?:int originalFaultCode?:string originalFaultString?:string originalDescription?:string",
  Options: "paymentOptionDescription:Option",
  Option: "amount:amountNotZero options:amountOption dueDate?:day detailDescription?:text140 allCCP:boolean",
  PersonId: "entityUniqueIdentifierType:personType entityUniqueIdentifierValue:personCode",
  Subject:
    "uniqueIdentifier:PersonId fullName:text70 streetName?:text70 civicNumber?:text16 postalCode?:text16 city?:text35 " +
    "stateProvinceRegion?:text35 country?:alpha2 e-mail?:email",
  Metadata: "mapEntry[15]:MapEntry",
  MapEntry: "key:text140 value:text140",
  StampRequest: "hashDocumento:documentHash tipoBollo:stampType provinciaResidenza:alpha2",
  Transfer: `${transferTop} IBAN:text35 ${transferEnd}`,
  TransferV2: `${transferTop} companyName?:text140 IBAN:text35|richiestaMarcaDaBollo:StampRequest ${transferEnd}`,
  TransferReceiptV2: `${transferTop} companyName?:text140 IBAN:text35|MBDAttachment:base64Binary ${transferEnd}`,
  Transfers: "transfer[5]:Transfer",
  TransfersV2: "transfer[5]:TransferV2",
  TransfersReceiptV2: "transfer[5]:TransferReceiptV2",
  Payment: `${paymentTop} companyName?:text140 officeName?:text140 debtor:Subject transferList:Transfers metadata?:Metadata`,
  PaymentV2: `${paymentTop} companyName:text140 officeName?:text140 debtor:Subject transferList:TransfersV2 metadata?:Metadata`,
  Receipt: `${receiptTop} transferList:Transfers ${receiptPsp} fee?:amount ${receiptEnd}`,
  ReceiptV2:
    `${receiptTop} transferList:TransfersReceiptV2 ${receiptPsp} paymentNote?:text210 fee?:amount primaryCiIncurredFee?:amount ` +
    `idBundle?:text70 idCiBundle?:text70 ${receiptEnd}`,
  VerifyRequest: `${station} qrCode:QrCode`,
  VerifyResponse: `${head} ${offer}`,
  GetPaymentRequest: enquiry,
  GetPaymentResponse: `${head} data?:Payment`,
  GetPaymentV2Response: `${head} data?:PaymentV2`,
  SendReceiptRequest: `${station} receipt:Receipt`,
  SendReceiptV2Request: `${station} receipt:ReceiptV2`,
  SendReceiptResponse: head,
  DemandRequest: `${station} idServizio:serviceId idSoggettoServizio:serviceId datiSpecificiServizioRequest:base64Binary`,
  DemandResponse: `${head} qrCode?:QrCode ${offer}`,
} as const;

export type ComplexType = keyof typeof complexTypes;

/** The six operations, with the uneven names of their elements. */
export const operations = {
  paVerifyPaymentNotice: { request: "paVerifyPaymentNoticeReq", requestType: "VerifyRequest", response: "paVerifyPaymentNoticeRes", responseType: "VerifyResponse" },
  paGetPayment: { request: "paGetPaymentReq", requestType: "GetPaymentRequest", response: "paGetPaymentRes", responseType: "GetPaymentResponse" },
  paGetPaymentV2: { request: "paGetPaymentV2Request", requestType: "GetPaymentRequest", response: "paGetPaymentV2Response", responseType: "GetPaymentV2Response" },
  paSendRT: { request: "paSendRTReq", requestType: "SendReceiptRequest", response: "paSendRTRes", responseType: "SendReceiptResponse" },
  paSendRTV2: { request: "paSendRTV2Request", requestType: "SendReceiptV2Request", response: "paSendRTV2Response", responseType: "SendReceiptResponse" },
  paDemandPaymentNotice: { request: "paDemandPaymentNoticeRequest", requestType: "DemandRequest", response: "paDemandPaymentNoticeResponse", responseType: "DemandResponse" },
} as const satisfies Record<string, { request: string; requestType: ComplexType; response: string; responseType: ComplexType }>;

export type Operation = keyof typeof operations;

/** One word of a complex type, taken apart. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  /** How many times at most; above 1 the value is always a list. */
  readonly most: number;
}

const fieldWord = /^([\w-]+)(\?)?(?:\[(\d+)\])?:(\w+)$/;

/** The places of a complex type in order; each place holds one field, or the fields of which exactly one must stand there. */
export const placesOf = (type: ComplexType): readonly (readonly Field[])[] =>
  complexTypes[type].split(" ").map(place =>
    place.split("|").map(word => {
      const [, name, optional, most, fieldType] = fieldWord.exec(word)!;
      return { name: name!, type: fieldType!, optional: optional === "?", most: Number(most ?? 1) };
    }),
  );

export const isComplex = (type: string): type is ComplexType => type in complexTypes;
