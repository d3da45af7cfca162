/** Messages as the node sends them, in both of its styles. Every person and administration in them is invented. */
export const N = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/** `PREFIX`: only the root is named with a prefix. `DEFAULT`: the root sets the default namespace and its children undo it. */
export type Style = "PREFIX" | "DEFAULT";
export const styles: readonly Style[] = ["PREFIX", "DEFAULT"];

/** An envelope around one message element. `children` is XML without namespaces. */
export function envelope(element: string, children: string, style: Style = "PREFIX"): string {
  const open = style === "PREFIX" ? `<pafn:${element}>` : `<${element} xmlns="${N}">`;
  const close = style === "PREFIX" ? `</pafn:${element}>` : `</${element}>`;
  const inside = style === "PREFIX" ? children : undoNamespace(children);
  return `<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="${N}">
  <soapenv:Header/>
  <soapenv:Body>
    ${open}${inside}${close}
  </soapenv:Body>
</soapenv:Envelope>`;
}

/** `xmlns=""` on the outermost elements only: those inside inherit it. */
function undoNamespace(xml: string): string {
  let depth = 0;
  return xml.replace(/<!\[CDATA\[[^]*?\]\]>|<(\/?)([\w-]+)(\/?)>/g, (tag: string, closing: string | undefined, name: string | undefined, empty: string) => {
    if (name === undefined) return tag;
    if (closing) depth -= 1;
    const outermost = depth === 0 && !closing;
    if (!closing && !empty) depth += 1;
    return outermost ? `<${name} xmlns=""${empty}>` : tag;
  });
}

export const addressed = "<idPA>00480530047</idPA><idBrokerPA>00480530047</idBrokerPA><idStation>00480530047_01</idStation>";
export const qrCode = "<qrCode><fiscalCode>00480530047</fiscalCode><noticeNumber>302001069073736611</noticeNumber></qrCode>";

export const verify = (style?: Style): string => envelope("paVerifyPaymentNoticeReq", addressed + qrCode, style);
export const getPaymentFields = `${addressed}${qrCode}<amount>0120.50</amount><paymentNote>cart-1</paymentNote><transferType>POSTAL</transferType><dueDate>2026-06-30+02:00</dueDate>`;
export const demandFields = `${addressed}<idServizio>00005</idServizio><idSoggettoServizio>00041</idSoggettoServizio><datiSpecificiServizioRequest>PHM+ w6g8\n L3M+</datiSpecificiServizioRequest>`;

export const subject = (tag: string): string => `<${tag}><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>BRTLCU80A01D205X</entityUniqueIdentifierValue></uniqueIdentifier>`
  + `<fullName>Lucia Bertò</fullName><streetName>Via Roma</streetName><civicNumber>00012</civicNumber><postalCode>00100</postalCode><city>Cuneo</city>`
  + `<stateProvinceRegion>CN</stateProvinceRegion><country>IT</country><e-mail>lucia@example.test</e-mail></${tag}>`;

export interface ReceiptOptions {
  readonly last?: string;
  readonly description?: string;
  readonly paymentDateTime?: string;
  readonly stamp?: string;
}

/** Every field of a version 2 receipt: two transfers, the second a stamp. */
export const receiptV2 = ({ last = "<standIn>true</standIn>", description = "TARI 2026", paymentDateTime = "2026-07-01T09:30:00", stamp = "QUJD" }: ReceiptOptions = {}): string => `${addressed}<receipt>
  <receiptId>c110729d258c4ab1b765fe902aae41d6</receiptId><noticeNumber>302001069073736611</noticeNumber><fiscalCode>00480530047</fiscalCode><outcome>OK</outcome>
  <creditorReferenceId>02001069073736611</creditorReferenceId><paymentAmount>46.30</paymentAmount><description>${description}</description>
  <companyName>Comune di Cuneo</companyName><officeName>Tributi</officeName>${subject("debtor")}
  <transferList>
    <transfer><idTransfer>1</idTransfer><transferAmount>30.30</transferAmount><fiscalCodePA>00480530047</fiscalCodePA><companyName>Comune di Cuneo</companyName>
      <IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>/RFB/02001069073736611/30.30</remittanceInformation><transferCategory>9/0101101IM/</transferCategory>
      <metadata><mapEntry><key>year</key><value>2026</value></mapEntry></metadata></transfer>
    <transfer><idTransfer>2</idTransfer><transferAmount>16.00</transferAmount><fiscalCodePA>00480530047</fiscalCodePA>
      <MBDAttachment>${stamp}</MBDAttachment><remittanceInformation>bollo</remittanceInformation><transferCategory>9/0301116TS/</transferCategory></transfer>
  </transferList>
  <idPSP>PROVAIT1</idPSP><pspFiscalCode>99999000001</pspFiscalCode><pspPartitaIVA>99999000001</pspPartitaIVA><PSPCompanyName>Banca di prova</PSPCompanyName>
  <idChannel>99999000001_01</idChannel><channelDescription>app</channelDescription>${subject("payer")}
  <paymentMethod>creditCard</paymentMethod><paymentNote>cart-1</paymentNote><fee>2.00</fee><primaryCiIncurredFee>0.50</primaryCiIncurredFee><idBundle>b1</idBundle><idCiBundle>c1</idCiBundle>
  <paymentDateTime>${paymentDateTime}</paymentDateTime><applicationDate>2026-07-01</applicationDate><transferDate>2026-07-02</transferDate>
  <metadata><mapEntry><key>k</key><value>1</value></mapEntry><mapEntry><key>k</key><value>2</value></mapEntry></metadata>${last}
</receipt>`;

/** The older receipt: only what it must have, but for the transfer's account. */
export const receiptV1 = `${addressed}<receipt><receiptId></receiptId><noticeNumber>302001069073736611</noticeNumber><fiscalCode>01234567890</fiscalCode><outcome>KO</outcome>
  <creditorReferenceId>02001069073736611</creditorReferenceId><paymentAmount>0.00</paymentAmount><description> </description><companyName>Altro ente</companyName>
  <debtor><uniqueIdentifier><entityUniqueIdentifierType>G</entityUniqueIdentifierType><entityUniqueIdentifierValue>01234567890</entityUniqueIdentifierValue></uniqueIdentifier><fullName>Ditta</fullName></debtor>
  <transferList><transfer><idTransfer> +01 </idTransfer><transferAmount> 30.00 </transferAmount><fiscalCodePA>00480530047</fiscalCodePA><IBAN>IT60X0542811101000000123456</IBAN>
  <remittanceInformation>r</remittanceInformation><transferCategory>0101100IM</transferCategory></transfer></transferList>
  <idPSP>P</idPSP><PSPCompanyName>P</PSPCompanyName><idChannel>C</idChannel><channelDescription>c</channelDescription></receipt>`;
