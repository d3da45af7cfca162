import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { SourceRefused, type SourceHealth } from "../upstream.ts";
import { cut, openService, type PagopaDeps, type ServiceSettings } from "./service.ts";

/** What pagoPA knows of a notice, so that it can be paid while the station is down and is shown to its debtor. */
export interface ArchivedPosition {
  readonly creditorFiscalCode: string;
  readonly iuv: string;
  readonly noticeNumber: string;
  readonly debtor: { readonly type: "PERSON" | "ORGANISATION"; readonly code: string; readonly fullName: string };
  /** At least one cent. */
  readonly amountCents: number;
  readonly description: string;
  /** `YYYY-MM-DD`, the last day in Rome. */
  readonly dueDate: string;
  /** 27 characters. */
  readonly iban?: string;
  readonly postalIban?: string;
  /** Whether the notice can no longer be paid after its last day. */
  readonly expires: boolean;
  /**
   * Whether it may be paid out of the archive while the station is down: the archive knows one account and no stamp, so a
   * position that is more than that must wait for the station.
   */
  readonly standIn: boolean;
}

export interface PositionArchive {
  /**
   * Gives a new or changed position to the archive. Its IUV is the key: giving the same again changes nothing, so a
   * position whose delivery is unknown is simply given again.
   *
   * Throws `SourceRefused` (`NOT_FOUND`: the administration is not known there; `CONFLICT`; `NOT_POSSIBLE`: paid or
   * closed there, or an account it does not know; `BAD_REQUEST`, `NOT_AUTHORISED`), `SourceUnavailable`, `SourceMalformed`.
   */
  keep(position: ArchivedPosition, signal?: AbortSignal): Promise<void>;
  /**
   * Closes a position that was paid elsewhere, cancelled or replaced. Throws as `keep`; here `NOT_FOUND` and
   * `NOT_POSSIBLE` mean that there is nothing open to close.
   */
  close(position: ArchivedPosition, signal?: AbortSignal): Promise<void>;
  /** Whether the archive can be reached and takes our key. Throws as `keep`. */
  ping(signal?: AbortSignal): Promise<void>;
  health(): SourceHealth;
}

/** Opens ACA, pagoPA's archive of positions, for one administration. Throws when the settings are not right. */
export function openPositionArchive(settings: ServiceSettings, deps: PagopaDeps): PositionArchive {
  const service = openService("PAGOPA_ACA", settings, deps);

  const give = (operation: string, position: ArchivedPosition, body: object, signal: AbortSignal | undefined): Promise<void> => {
    // An answer about another position must never be taken for this one's.
    const answer = z.object({ iuv: z.literal(position.iuv).optional(), paFiscalCode: z.literal(position.creditorFiscalCode).optional() });
    return service.call(
      { operation, kind: "write", parse: raw => void answer.parse(raw), ...(signal ? { signal } : {}) },
      async inTime => {
        const { status, data } = await service.post("/paCreatePosition", body, [200, 422], inTime);
        if (status === 422) throw new SourceRefused("PAGOPA_ACA", "NOT_POSSIBLE", "HTTP_422");
        return data;
      },
    );
  };

  return {
    async keep(position, signal) {
      // Nothing to pay would close the position: that must be said, not computed.
      if (position.amountCents < 1) throw new RangeError("a position to keep is worth at least one cent");
      const { iban, postalIban } = position;
      const accounts = { ...(iban === undefined ? {} : { iban }), ...(postalIban === undefined ? {} : { postalIban }) };
      await give("keepPosition", position, { ...bodyOf(position, position.amountCents), ...accounts }, signal);
    },
    close: (position, signal) => give("closePosition", position, bodyOf(position, 0), signal),
    // A body that says nothing is refused for what it lacks, once the key was taken.
    ping: signal => service.call({ operation: "ping", kind: "read", parse: () => undefined, ...(signal ? { signal } : {}) }, inTime => service.post("/paCreatePosition", {}, [400, 422], inTime)),
    health: () => service.health(),
  };
}

const bodyOf = (position: ArchivedPosition, amount: number) => ({
  paFiscalCode: position.creditorFiscalCode,
  entityType: position.debtor.type === "PERSON" ? "F" : "G",
  entityFiscalCode: position.debtor.code,
  entityFullName: cut(position.debtor.fullName),
  iuv: position.iuv,
  nav: position.noticeNumber,
  amount,
  description: cut(position.description),
  expirationDate: endOfDay(position.dueDate),
  switchToExpired: position.expires,
  payStandIn: position.standIn,
});

/** The last second of an Italian day with its offset: the same day whether the archive reads it as an instant or as a wall clock. */
const endOfDay = (day: string): string =>
  Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: "Europe/Rome", plainTime: "23:59:59" }).toString({ timeZoneName: "never" });
