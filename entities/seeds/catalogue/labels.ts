import type { Label } from "./types.ts";

/** Categories of services of the Italian municipal model (PNRR 1.4.1). */
export const categories: readonly Label[] = [
  { key: "anagrafe-e-stato-civile", title: "Anagrafe e stato civile" },
  { key: "mobilita-e-trasporti", title: "Mobilità e trasporti" },
  { key: "giustizia-e-sicurezza-pubblica", title: "Giustizia e sicurezza pubblica" },
  { key: "catasto-e-urbanistica", title: "Catasto e urbanistica" },
  { key: "tributi-finanze-e-contravvenzioni", title: "Tributi, finanze e contravvenzioni" },
  { key: "autorizzazioni", title: "Autorizzazioni" },
  { key: "partecipazione-e-trasparenza", title: "Partecipazione e trasparenza" },
  { key: "vita-lavorativa", title: "Vita lavorativa" },
  { key: "educazione-e-formazione", title: "Educazione e formazione" },
];

/** Topics ("argomenti") by which services, offices and news are found. */
export const topics: readonly Label[] = [
  { key: "residenza", title: "Residenza" },
  { key: "identita", title: "Identità" },
  { key: "famiglia", title: "Famiglia" },
  { key: "nascita", title: "Nascita" },
  { key: "matrimonio", title: "Matrimonio" },
  { key: "morte", title: "Morte" },
  { key: "elezioni", title: "Elezioni" },
  { key: "estero", title: "Estero" },
  { key: "immigrazione", title: "Immigrazione" },
  { key: "ztl", title: "Zona a traffico limitato" },
  { key: "parcheggi", title: "Parcheggi" },
  { key: "traffico-urbano", title: "Traffico urbano" },
  { key: "disabilita", title: "Assistenza alle persone con disabilità" },
  { key: "polizia", title: "Polizia" },
  { key: "suolo-pubblico", title: "Suolo pubblico" },
  { key: "abitazione", title: "Abitazione" },
  { key: "urbanizzazione", title: "Urbanizzazione" },
  { key: "imposte", title: "Imposte" },
  { key: "gestione-rifiuti", title: "Gestione dei rifiuti" },
  { key: "trasparenza-amministrativa", title: "Trasparenza amministrativa" },
  { key: "accesso-informazione", title: "Accesso all'informazione" },
  { key: "servizi-digitali", title: "Servizi digitali" },
  { key: "lavoro", title: "Lavoro" },
  { key: "istruzione", title: "Istruzione" },
  { key: "giovani", title: "Giovani" },
  { key: "volontariato", title: "Volontariato" },
];
