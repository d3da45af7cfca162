import type { XmlDocument } from "libxml2-wasm";
import type { Resident } from "../people.ts";
import { documentOf } from "./document.ts";
import { documentPlace } from "./messages.ts";
import { municipality } from "./municipality.ts";
import { refused, type Outcome } from "./search.ts";
import { household, particulars } from "./subject.ts";
import { leaf, node } from "./xml.ts";

const residenceChange = "2", open = "2", existingFamily = "1", newFamily = "2", pdf = "1";
const longestDays = 30;

/** A change of residence that somebody declared online. */
interface Declaration {
  readonly code: string;
  readonly person: Resident;
  /** Instant, RFC 3339 in Italy's winter time. */
  readonly openedAt: string;
  readonly intoFamily: boolean;
}

/** The online declarations of some residents, opened in the days before the sandbox started. */
export class DeclarationDesk {
  private readonly declarations: readonly Declaration[];

  constructor(people: readonly Resident[], now: Date) {
    const declarants = people.filter(({ login }) => login).slice(0, 4);
    this.declarations = declarants.map((person, index) => ({
      code: String(27_793_700 + index), person, intoFamily: index % 2 === 1,
      openedAt: `${new Date(now.getTime() - (index * 5 + 1) * 86_400_000).toISOString().slice(0, 10)}T21:53:08.000+01:00`,
    }));
  }

  /** Answers a `RichiestaP001`: what was opened in a span of at most 30 days. */
  list(request: XmlDocument): Outcome {
    const text = (name: string): string => request.get(`/*/criteriRicerca/${name}`)?.content ?? "";
    const [from, to] = [text("dataIniziale").slice(0, 10), text("dataFinale").slice(0, 10)];
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
    if (!(days >= 0 && days <= longestDays)) return refused("EN148", "dataFinale");
    const state = text("idStatoRichiesta");
    const found = String(Number(text("idTipologia"))) === residenceChange && (state === "" || state === open)
      ? this.declarations.filter(({ openedAt }) => openedAt.slice(0, 10) >= from && openedAt.slice(0, 10) <= to) : [];
    const repeated = node("criteriRicerca", leaf("dataIniziale", from), leaf("dataFinale", to), leaf("idTipologia", text("idTipologia")), `<idStatoRichiesta>${state}</idStatoRichiesta>`);
    return { content: `${repeated}<elenco>${found.map(summary).join("")}</elenco>`, warnings: [] };
  }

  /** Answers a `RichiestaP002`: one declaration with its documents. */
  detail(request: XmlDocument): Outcome {
    const code = request.get("/*/criteriRicerca/codiceRichiesta")?.content ?? "";
    const declaration = this.declarations.find(each => each.code === code);
    if (!declaration) return refused("EN122", "codiceRichiesta");
    const { person, openedAt, intoFamily } = declaration;
    const { fiscalCode, registryId, login } = person;
    const state = node("statoRichiestaCorrente", leaf("idStato", open), "<operatore/>", leaf("dataStato", openedAt));
    const content = node("criteriRicerca", leaf("codiceRichiesta", code)) + node("dettaglio",
      leaf("codiceRichiesta", code), leaf("idTipologia", residenceChange), leaf("dataApertura", openedAt), leaf("dataUltimoAggiornamento", openedAt), leaf("numeroProroghe", "0"), state,
      node("recapiti", node("recapito", leaf("idTipologiaRecapito", "1"), leaf("valoreRecapito", login!.email)), node("recapito", leaf("idTipologiaRecapito", "3"), leaf("valoreRecapito", login!.phone))),
      node("identificativi", leaf("idANPR", registryId)), particulars("soggettoRichiedente", person), household(person),
      node("comuneInteressato", leaf("nomeComune", municipality.name), leaf("codiceIstat", municipality.istatCode), leaf("siglaProvinciaIstat", municipality.province)),
      node("storicoStati", node("statoRichiesta", leaf("idStato", open), "<operatore/>", leaf("dataStato", openedAt))),
      node("riepilogoRichiesta", leaf("nomeFile", "riepilogo.pdf"), leaf("idFormatoFile", pdf), node("contenuto", documentPlace(0))),
      node("allegati", node("allegato", leaf("idTipologia", "1"), leaf("nomeFile", "titolo.pdf"), leaf("idFormatoFile", pdf), leaf("descrizione", "Titolo di occupazione"), node("contenuto", documentPlace(1)))),
      movedTo(person, intoFamily));
    return { content, warnings: [], documents: [documentOf(["Dichiarazione di residenza", fiscalCode]), documentOf(["Titolo di occupazione"])] };
  }
}

const summary = ({ code, person, openedAt }: Declaration): string => node("richiesta",
  leaf("codiceRichiesta", code), leaf("idStatoRichiesta", open), leaf("idTipologia", residenceChange), leaf("dataApertura", openedAt),
  node("codiceFiscaleSoggettoRichiedente", leaf("codFiscale", person.fiscalCode)));

const movedTo = ({ registryId }: Resident, intoFamily: boolean): string => node("datiDichiarazioneResidenza",
  leaf("tipoFamiglia", intoFamily ? existingFamily : newFamily),
  node("componentiCoinvolti", node("componente", leaf("idSchedaSoggettoANPR", registryId.replace(/\D/g, "")), leaf("idGradoParentela", "1"), leaf("flagPatente", "SI"), leaf("flagVeicoli", "NO"), leaf("statoAccettazione", "1"))),
  node("indirizzo", leaf("cap", "12100"),
    node("comune", leaf("nomeComune", municipality.name), leaf("codiceIstat", municipality.istatCode), leaf("siglaProvinciaIstat", municipality.province)),
    node("toponimo", leaf("codSpecie", "213"), leaf("specie", "VIA"), leaf("denominazioneToponimo", "CARLO EMANUELE III")), leaf("civico", "14"), leaf("interno", "3")),
  node("datiImmobile", leaf("idTipoOccupazione", "1")));
