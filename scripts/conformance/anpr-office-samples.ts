const requestHeader = (operation: string): string => `<testataRichiesta><idOperazioneComune>1</idOperazioneComune><codMittente>004078</codMittente><codDestinatario>ANPR05</codDestinatario><operazioneRichiesta>${operation}</operazioneRichiesta><dataOraRichiesta>2026-11-23T10:00:00Z</dataOraRichiesta><tipoOperazione>C</tipoOperazione><tipoInvio>TEST</tipoInvio></testataRichiesta>`;
const answerHeader = (operation: string): string => `<testataRisposta><idOperazioneComune>1</idOperazioneComune><codMittente>004078</codMittente><codDestinatario>ANPR05</codDestinatario><operazioneRichiesta>${operation}</operazioneRichiesta><dataOraRichiesta>2026-11-23T10:00:00+01:00</dataOraRichiesta><idOperazioneANPR>2373605</idOperazioneANPR><esitoOperazione>0000</esitoOperazione></testataRisposta>`;
const remark = `<codiceErroreAnomalia>EN148</codiceErroreAnomalia><tipoErroreAnomalia>E</tipoErroreAnomalia><testoErroreAnomalia>testo</testoErroreAnomalia><oggettoErroreAnomalia>a</oggettoErroreAnomalia><campoErroreAnomalia>b</campoErroreAnomalia><valoreErroreAnomalia>c</valoreErroreAnomalia>`;
const errors = `<listaErrori><errore>${remark}</errore></listaErrori>`;
const generalita = `<generalita><codiceFiscale><codFiscale>VRDNNA55C41D205X</codFiscale></codiceFiscale><cognome>VERDI D'ARCO</cognome><nome>ANNA</nome><sesso>F</sesso><dataNascita>1955-03-01</dataNascita></generalita>`;
const identity = generalita.replace(/<\/?generalita>/g, "");
const comune = `<nomeComune>CUNEO</nomeComune><codiceIstat>004078</codiceIstat><siglaProvinciaIstat>CN</siglaProvinciaIstat>`;

const message = (system: string, name: string, inside: string): string => `<a:${name} xmlns:a="http://sogei.it/ANPR/${system}">${inside}</a:${name}>`;
const [certification, tables, declarations] = ["6001certificazione", "7001scaricoTabelle", "P000sc"] as const;

const control = `<tipoRichiedente>1</tipoRichiedente><tipoRichiesta>1</tipoRichiesta><paEstera>0</paEstera><emissione>1</emissione><bollo>1600</bollo><bolloVirtuale>1</bolloVirtuale><esenzioneDiritti>0</esenzioneDiritti><diritti>52</diritti><esenzioneBollo>99</esenzioneBollo><descrizioneEsenzioneBollo>altro</descrizioneEsenzioneBollo>`;
const languages = `<linguaCertificato><tipoLinguaCertificato>IT</tipoLinguaCertificato><tipoLinguaCertificato>de</tipoLinguaCertificato></linguaCertificato>`;
const kinds = `<tipoCertificato>8</tipoCertificato><tipoCertificato>12</tipoCertificato>`;

const criteria = `<criteriRicerca><dataIniziale>2026-11-01</dataIniziale><dataFinale>2026-11-23</dataFinale><idTipologia>2</idTipologia><idStatoRichiesta>2</idStatoRichiesta><flagInScadenza>true</flagInScadenza></criteriRicerca>`;
const state = `<idStato>2</idStato><operatore>o</operatore><dataStato>2026-11-20T21:53:08.000+01:00</dataStato><note>n</note>`;
const attached = `<idTipologia>1</idTipologia><nomeFile>a.pdf</nomeFile><idFormatoFile>1</idFormatoFile><descrizione>d</descrizione><contenuto>JVBERg==</contenuto><flagOots>0</flagOots>`;
const moved =
  `<datiDichiarazioneResidenza><tipoFamiglia>2</tipoFamiglia><fasciaReperibilita>f</fasciaReperibilita><recapitoTelefonico>1</recapitoTelefonico>` +
  `<componentiCoinvolti><componente><idSchedaSoggettoANPR>123</idSchedaSoggettoANPR><idGradoParentela>1</idGradoParentela><flagPatente>SI</flagPatente><flagVeicoli>NO</flagVeicoli><statoAccettazione>1</statoAccettazione><dataAccettazione>2026-11-20T21:53:08Z</dataAccettazione></componente></componentiCoinvolti>` +
  `<indirizzo><cap>12100</cap><comune>${comune}</comune><frazione>SPINETTA</frazione><toponimo><codSpecie>1</codSpecie><denominazioneToponimo>ROMA</denominazioneToponimo></toponimo><civico>14</civico><scala>A</scala><piano>1</piano><interno>3</interno><esponente>B</esponente></indirizzo>` +
  `<datiImmobile><idTipoOccupazione>1</idTipoOccupazione></datiImmobile></datiDichiarazioneResidenza>`;

/** Messages of certificates, tables and declarations, as full as our contract goes. Nobody real. */
export const fullOfficeMessages: readonly string[] = [
  message(certification, "Richiesta6001",
    requestHeader("6001") + languages + `<listaTipiCertificati>${kinds}</listaTipiCertificati>` +
    `<generalitaRichiedente>${generalita}<docRiconoscimento><estDocRiconoscimento>CI CA00000AA</estDocRiconoscimento><dataRilascio>2020-01-31</dataRilascio></docRiconoscimento></generalitaRichiedente>` +
    `<soggettoIntestatario>${generalita}</soggettoIntestatario><datiControllo><cognomeUffAnagrafe>DUTTO</cognomeUffAnagrafe><nomeUffAnagrafe>FRANCA</nomeUffAnagrafe>${control}<forzaCertificazione>1</forzaCertificazione><modalita>1</modalita><tipoFirmaElettorale>1</tipoFirmaElettorale></datiControllo>`),
  message(certification, "Risposta6001", `<a:Risposta6001OK>${answerHeader("6001")}${languages}<listaTipiCertificato>${kinds}</listaTipiCertificato><soggettoIntestatario>${generalita}</soggettoIntestatario>` +
    `<protocolloANPR><numeroProtocolloANPR>42</numeroProtocolloANPR></protocolloANPR><parametriRichiesta>${control}<forzaCertificazione>1</forzaCertificazione></parametriRichiesta><file><certificatoPdf>JVBERg==</certificatoPdf></file>` +
    `${errors}<listaAnomalie><anomalie>${remark}</anomalie></listaAnomalie></a:Risposta6001OK>`),
  message(certification, "Risposta6001", `<a:Risposta6001KO>${answerHeader("6001")}${errors}</a:Risposta6001KO>`),
  message(tables, "Richiesta7001", `${requestHeader("7001")}<datiRichiesta><idTabella>058</idTabella></datiRichiesta>`),
  message(tables, "Risposta7001", `<a:RispostaMultipla7001>${answerHeader("7001")}<datiDettaglioRisposta><idTabella>058</idTabella><xmlFile>UEsDBA==</xmlFile><xmlFile>UEsDBA==</xmlFile></datiDettaglioRisposta></a:RispostaMultipla7001>`),
  message(tables, "Risposta7001", `<a:rispostaKO>${answerHeader("7001")}${errors}</a:rispostaKO>`),
  message(declarations, "RichiestaP001", requestHeader("P001") + criteria),
  message(declarations, "RispostaP001", `<a:RispostaOKP001>${answerHeader("P001")}${criteria}<elenco><richiesta><codiceRichiesta>27793779</codiceRichiesta><idSchedaSoggettoRichiedente>1</idSchedaSoggettoRichiedente><idSchedaSoggettoInteressato>2</idSchedaSoggettoInteressato><idFamigliaConvivenzaANPR>3</idFamigliaConvivenzaANPR><idStatoRichiesta>2</idStatoRichiesta><idTipologia>2</idTipologia><dataApertura>2026-11-20T21:53:08.000+01:00</dataApertura><dataChiusura>2026-11-21T21:53:08Z</dataChiusura><operatore>o</operatore><codiceFiscaleSoggettoRichiedente><codFiscale>VRDNNA55C41D205X</codFiscale><validitaCF>1</validitaCF></codiceFiscaleSoggettoRichiedente></richiesta></elenco></a:RispostaOKP001>`),
  message(declarations, "RichiestaP002", `${requestHeader("P002")}<criteriRicerca><codiceRichiesta>27793779</codiceRichiesta></criteriRicerca>`),
  message(declarations, "RispostaP002", `<a:RispostaOKP002>${answerHeader("P002")}<criteriRicerca><codiceRichiesta>27793779</codiceRichiesta></criteriRicerca><dettaglio><codiceRichiesta>27793779</codiceRichiesta><idTipologia>2</idTipologia><note>n</note><dataApertura>2026-11-20T21:53:08Z</dataApertura><dataChiusura>2026-11-20T21:53:08Z</dataChiusura><dataScadenza>2026-11-20T21:53:08Z</dataScadenza><dataUltimoAggiornamento>2026-11-20T21:53:08Z</dataUltimoAggiornamento><numeroProroghe>0</numeroProroghe>` +
    `<statoRichiestaCorrente>${state}</statoRichiestaCorrente><recapiti><recapito><idTipologiaRecapito>1</idTipologiaRecapito><valoreRecapito>a@example.org</valoreRecapito></recapito></recapiti><identificativi><idANPR>BB11111BB</idANPR></identificativi><soggettoRichiedente>${identity}</soggettoRichiedente><comuneInteressato>${comune}</comuneInteressato>` +
    `<storicoStati><statoRichiesta>${state}</statoRichiesta></storicoStati><riepilogoRichiesta><nomeFile>r.pdf</nomeFile><idFormatoFile>1</idFormatoFile><descrizione>d</descrizione><contenuto>JVBERg==</contenuto></riepilogoRichiesta><allegati><allegato>${attached}</allegato></allegati>${moved}</dettaglio></a:RispostaOKP002>`),
  message(declarations, "RispostaP002", `<a:rispostaKO>${answerHeader("P002")}${errors}</a:rispostaKO>`),
];
