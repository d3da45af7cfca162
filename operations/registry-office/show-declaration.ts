import type { Attachment } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { shownResidence } from "../registry/shown.ts";
import { declarationsPurpose, registryOffice } from "./office.ts";

/** One online declaration with its papers, for the registry office: the declaration is the case. Throws NOT_FOUND, INVALID_INPUT, NOT_ELIGIBLE, and as the registry does. */
export async function showDeclaration(hub: Hub, reference: string): Promise<object> {
  registryOffice(hub);
  if (!/^\d{1,30}$/.test(reference)) throw problem("INVALID_INPUT", { path: ["reference"], reason: "DIGITS", details: { most: 30 } });
  const purpose = await declarationsPurpose(hub, reference);
  const { value, provenance } = await hub.registry.declaration(hub, reference, purpose);
  if (value === null) throw problem("NOT_FOUND", { path: ["reference"] });
  const { declarant: { fiscalCode, familyName, givenName, birth }, residence } = value;
  return {
    __typename: "Declaration", provenance, reference: value.code, kind: value.kind, state: value.state,
    openedAt: value.openedAt.toISOString(), closedAt: value.closedAt?.toISOString() ?? null, dueAt: value.dueAt?.toISOString() ?? null,
    fiscalCode, familyName, givenName, birthDate: birth.precision === "DAY" ? birth.date : null, contacts: value.contacts,
    history: value.history.map(step => ({ ...step, at: step.at.toISOString() })),
    newResidence: residence ? shownResidence({ kind: "RESIDENCE", since: null, address: residence.address, careOf: null }) : null, newHousehold: residence?.newHousehold ?? null,
    summary: paper(value.summary), papers: value.attachments.map(paper),
  };
}

const paper = ({ name, pdf, content }: Attachment) => ({ name, pdf, content: content.toString("base64") });
