import type { FilterQuery } from "@mikro-orm/core";
import type { Payment } from "../../entities/payment.ts";
import type { Creditor, Person } from "../../paper/paper.ts";
import { officesWhere } from "../caller.ts";
import type { AdministrationInfo, Hub } from "../hub.ts";

/** A document to hand out. Its name tells what it is, and names nobody. */
export interface Printed {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** Which payments the caller may have on paper: debtors their own, staff those of the offices where they look after payments. Null: none. */
export function printableBy({ caller, administration }: Pick<Hub, "caller" | "administration">): FilterQuery<Payment> | null {
  if (caller.kind === "citizen" && caller.permissions.has("pay")) return { administration: administration.id, citizen: caller.citizenId };
  if (caller.kind !== "staff") return null;
  const offices = officesWhere(caller, "desk:payments");
  return offices.length === 0 ? null : { administration: administration.id, application: { office: { $in: offices } } };
}

/** The administration as its paper names it; where to ask is its contact unless its settings say another. */
export function creditorOf({ name, fiscalCode, contact, settings: { paper = {} } }: Pick<AdministrationInfo, "name" | "fiscalCode" | "contact" | "settings">): Creditor {
  const { department, information = `Per informazioni ${contact.email} · tel. ${contact.phone}`, interbankCode, takesPaymentsOnline, logo } = paper;
  return {
    name, fiscalCode, information, ...(department !== undefined && { department }), ...(interbankCode !== undefined && { interbankCode }),
    ...(takesPaymentsOnline !== undefined && { takesPaymentsOnline }), ...(logo !== undefined && { logo: Buffer.from(logo, "base64") }),
  };
}

/** Somebody as paper names them. pagoPA writes ANONIMO where there is no fiscal code; paper leaves it out. */
export const personOf = (name: string, fiscalCode: string): Person => (fiscalCode === "ANONIMO" ? { name } : { name, fiscalCode });
