import { PurposeKind } from "../../entities/access-record.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { DataSet, RegistryPerson } from "../../connectors/anpr/index.ts";
import type { Hub } from "../hub.ts";
import { recordAccess } from "./record-access.ts";

/** Why registry data are read. There is no reading without it. */
export interface Purpose {
  readonly kind: PurposeKind;
  /** The case, appointment or agreement: travels to the registry. */
  readonly reference: string;
  /** For the citizen, in words. */
  readonly text: string;
}

/** What the registry said, and where it comes from. */
export interface Read<Value> {
  /** Null when the registry knows no such person. */
  readonly value: Value | null;
  readonly provenance: { readonly source: "ANPR"; readonly readAt: string; readonly freshness: "LIVE"; readonly operationId: string; readonly purpose: PurposeKind };
}

/** The registry reads of one request: equal questions are asked once, different ones in parallel. */
export class RegistryReads {
  private readonly asked = new Map<string, Promise<unknown>>();

  /** The person of a fiscal code, with only the data sets named. Throws as the registry does. */
  person(hub: Hub, fiscalCode: string, dataSets: readonly DataSet[], purpose: Purpose): Promise<Read<RegistryPerson>> {
    const sorted = [...new Set(dataSets)].sort();
    return this.ask(`person ${fiscalCode} ${sorted.join()} ${purpose.kind} ${purpose.reference}`, () =>
      this.read(hub, fiscalCode, sorted, purpose, call => hub.connectors.registry.person(fiscalCode, sorted, call)));
  }

  /** The members of somebody's household: first who they are, then with whom they live. */
  async household(hub: Hub, fiscalCode: string, purpose: Purpose): Promise<Read<readonly RegistryPerson[]>> {
    const { value, provenance } = await this.person(hub, fiscalCode, ["HOUSEHOLD"], purpose);
    const householdId = value?.householdId;
    if (!householdId) return { value: null, provenance };
    return this.ask(`household ${householdId} ${purpose.kind} ${purpose.reference}`, () =>
      this.read(hub, fiscalCode, ["HOUSEHOLD", "IDENTITY", "HOUSEHOLD_TIE"], purpose, call => hub.connectors.registry.household(householdId, call)));
  }

  private ask<Value>(key: string, question: () => Promise<Read<Value>>): Promise<Read<Value>> {
    const known = this.asked.get(key) as Promise<Read<Value>> | undefined;
    const answer = known ?? question();
    if (!known) this.asked.set(key, answer);
    return answer;
  }

  private async read<Value>(
    hub: Hub, fiscalCode: string, dataSets: readonly DataSet[], purpose: Purpose,
    question: (call: { operationId: string; reason: string; at: string; signal: AbortSignal }) => Promise<{ value: Value | null; readAt: Date }>,
  ): Promise<Read<Value>> {
    // The trace comes before the read: whatever happens then, nobody read unseen.
    const operationId = await recordAccess(hub, { fiscalCode, source: "ANPR", dataSets, purpose });
    const { value, readAt } = await question({ operationId, reason: purpose.reference, at: dayInRome(hub.clock.now()), signal: hub.signal });
    return { value, provenance: { source: "ANPR", readAt: readAt.toISOString(), freshness: "LIVE", operationId, purpose: purpose.kind } };
  }
}
