// What the registry would say of three synthetic people: as little as it can, as much as it can, and someone abroad.

export const plain =
  `<identificativi><idANPR>AA00000AA</idANPR></identificativi><generalita><codiceFiscale><codFiscale>RSSMRA80A01D205U</codFiscale><validitaCF>1</validitaCF></codiceFiscale>` +
  `<cognome>ROSSI</cognome><nome>MARIO</nome><sesso>M</sesso><dataNascita>1980-01-01</dataNascita></generalita>`;

export const full =
  `<identificativi><idANPR>BB11111BB</idANPR></identificativi>` +
  `<generalita><codiceFiscale><codFiscale>VRDNNA55C41D205X</codFiscale><validitaCF>1</validitaCF><dataAttribuzioneValidita>1990-01-01+01:00</dataAttribuzioneValidita></codiceFiscale>` +
  `<cognome>VERDI D'ARCO</cognome><nome>ANNA MARIA</nome><sesso>F</sesso><dataNascita>1955-03-01+01:00</dataNascita>` +
  `<luogoNascita><comune><nomeComune>CUNEO</nomeComune><codiceIstat>004078</codiceIstat><siglaProvinciaIstat>CN</siglaProvinciaIstat></comune></luogoNascita>` +
  `<idSchedaSoggettoANPR>123</idSchedaSoggettoANPR></generalita>` +
  `<statoCivile><statoCivile>2</statoCivile></statoCivile><attributiSoggetto><senzaFissaDimora>N</senzaFissaDimora></attributiSoggetto>` +
  `<cittadinanza><descrizioneStato>ITALIA</descrizioneStato><codiceStato>100</codiceStato></cittadinanza>` +
  `<cittadinanza><descrizioneStato>FRANCIA</descrizioneStato><codiceStato>215</codiceStato><dataValidita>2001-05-06Z</dataValidita></cittadinanza>` +
  `<paternita><generalita><senzaCognome>1</senzaCognome><nome>UGO</nome></generalita></paternita>` +
  `<residenza><tipoIndirizzo>1</tipoIndirizzo><indirizzo><cap>12100</cap><comune><nomeComune>CUNEO</nomeComune><codiceIstat>004078</codiceIstat><siglaProvinciaIstat>CN</siglaProvinciaIstat></comune><frazione>SPINETTA</frazione>` +
  `<toponimo><codSpecie>1</codSpecie><specie>VIA</specie><denominazioneToponimo>ROMA</denominazioneToponimo></toponimo><numeroCivico><numero>12</numero><lettera>A</lettera><civicoInterno><scala>B</scala><interno1>7</interno1><piano>2</piano></civicoInterno></numeroCivico></indirizzo>` +
  `<presso>BIANCHI</presso><dataDecorrenzaResidenza>2010-06-30+02:00</dataDecorrenzaResidenza></residenza>` +
  `<matrimonio><coniuge><cognome>NERI</cognome><nome>LUCA</nome></coniuge><datiMatrimonio><dataEvento>1980-09-01</dataEvento></datiMatrimonio></matrimonio>` +
  `<cartaIdentita><numero>CA00000AA</numero><dataRilascio>2020-01-31+01:00</dataRilascio><interdizioneEspatrio>N</interdizioneEspatrio><comuneRilascio><nomeComune>CUNEO</nomeComune><siglaProvinciaIstat>CN</siglaProvinciaIstat></comuneRilascio><dataScadenza>2030-03-01</dataScadenza></cartaIdentita>` +
  `<legameSoggetto><tipoLegame>3</tipoLegame><dataDecorrenza>2010-06-30</dataDecorrenza><codiceLegame>2</codiceLegame></legameSoggetto>` +
  `<famigliaConvivenza><idFamigliaConvivenzaANPR>5550001</idFamigliaConvivenzaANPR><dataOrigineFamigliaConvivenza>1980-09-01</dataOrigineFamigliaConvivenza><tipoScheda>3</tipoScheda></famigliaConvivenza>` +
  `<domicilioDigitale><indirizzoDigitale>anna@example.org</indirizzoDigitale><dataInizioValidita>2024-02-29</dataInizioValidita></domicilioDigitale>` +
  `<datiDecesso><dataEvento>2026-10-01</dataEvento></datiDecesso>` +
  `<erroriAnomalie><codiceErroreAnomalia>AN001</codiceErroreAnomalia><tipoErroreAnomalia>W</tipoErroreAnomalia><testoErroreAnomalia>PERSONAL TEXT OF THE REGISTRY</testoErroreAnomalia></erroriAnomalie>`;

export const abroad =
  `<generalita><codiceFiscale><codFiscale>12345678901</codFiscale><validitaCF>9</validitaCF></codiceFiscale><cognome>MÜLLER</cognome><senzaNome>1</senzaNome><sesso>N</sesso><dataNascita>1950-01-01</dataNascita><senzaGiornoMese>1</senzaGiornoMese>` +
  `<luogoNascita><localita><descrizioneLocalita>ZÜRICH</descrizioneLocalita><descrizioneStato>SVIZZERA</descrizioneStato><codiceStato>241</codiceStato></localita></luogoNascita><soggettoAIRE>S</soggettoAIRE></generalita>` +
  `<residenza><tipoIndirizzo>4</tipoIndirizzo><localitaEstera><indirizzoEstero><cap>8001</cap><localita><descrizioneStato>SVIZZERA</descrizioneStato><codiceStato>241</codiceStato></localita><toponimo><denominazione>BAHNHOFSTRASSE</denominazione><numeroCivico>1</numeroCivico></toponimo></indirizzoEstero>` +
  `<consolato><codiceConsolato>7</codiceConsolato><descrizioneConsolato>ZURIGO</descrizioneConsolato></consolato></localitaEstera></residenza>` +
  `<legameSoggetto><tipoLegame>4</tipoLegame><dataDecorrenza>2000-01-01</dataDecorrenza><codiceLegame>3</codiceLegame></legameSoggetto>`;
