import type { EntityManager } from "@mikro-orm/postgresql";
import { Application, type ZtlPermitDetails } from "../../entities/application.ts";
import type { CheckKind, CheckProvenance, CheckReason, CheckVerdict } from "../../entities/registry-check.ts";
import type { RegistryPerson } from "../../connectors/anpr/index.ts";
import { SourceRefused } from "../../connectors/upstream.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { inForce } from "../../rules/dated.ts";
import type { Plate } from "../../rules/plate.ts";
import { ztlEligibility, ztlPermitPeriod, type ZtlClaim, type ZtlObstacle } from "../../rules/ztl.ts";
import { ztlRules } from "../application/ztl.ts";
import type { JobHub } from "../job.ts";
import type { Purpose } from "../registry/purpose.ts";
import type { Read } from "../registry/read.ts";
import type { RegistryReader } from "../registry/reader.ts";
import { residenceHere } from "../registry/shown.ts";

/** A case that is being verified: who it is about, and what reading for it takes. */
export interface CaseToVerify {
  readonly hub: JobHub;
  readonly reader: RegistryReader;
  readonly em: EntityManager;
  readonly application: Application;
  readonly fiscalCode: string;
  readonly purpose: Purpose;
}

/** Asks the registry, each kind in its own way. Throws as the registry does where a later try may tell more. */
export async function askRegistry(kind: CheckKind, toVerify: CaseToVerify): Promise<CheckVerdict> {
  try {
    return await ask[kind](toVerify);
  } catch (error) {
    const reason = finalRefusal(error);
    if (!reason) throw error;
    return { state: "UNDECIDED", reason, provenance: null };
  }
}

/** A no about the person, which stays one however often it is asked; what is refused because of us is mended, and asked again. */
function finalRefusal(error: unknown): CheckReason | undefined {
  if (!(error instanceof SourceRefused)) return undefined;
  if (error.reason === "AMBIGUOUS") return "AMBIGUOUS";
  return /^EN\d/.test(error.diagnosis ?? "") ? "REFUSED" : undefined;
}

const ask: Readonly<Record<CheckKind, (toVerify: CaseToVerify) => Promise<CheckVerdict>>> = {
  async RESIDENCE(toVerify) {
    const read = await residence(toVerify);
    return verdict(read, person => (residenceHere(toVerify.hub, person) ? null : "NOT_RESIDENT_HERE"));
  },
  async ZONE_RESIDENCE(toVerify) {
    const read = await residence(toVerify);
    return verdict(read, person => obstacle(toVerify, { residence: streetOf(toVerify, person) }, "NOT_RESIDENT_IN_ZONE"));
  },
  async HOUSEHOLD({ hub, reader, fiscalCode, purpose }) {
    return verdict(await hub.registry.household(reader, fiscalCode, [], purpose), () => null, "NO_HOUSEHOLD");
  },
  async HOUSEHOLD_PERMIT(toVerify) {
    const { hub, reader, fiscalCode, purpose } = toVerify;
    const read = await hub.registry.household(reader, fiscalCode, ["IDENTITY"], purpose);
    const members = read.value?.members.flatMap(member => member.fiscalCode ?? []) ?? [];
    const householdPermits = await permitsOf(toVerify, [fiscalCode, ...members]);
    return verdict(read, () => obstacle(toVerify, { householdPermits }, "HOUSEHOLD_HAS_PERMIT"), "NO_HOUSEHOLD");
  },
};

const residence = ({ hub, reader, fiscalCode, purpose }: CaseToVerify): Promise<Read<RegistryPerson>> => hub.registry.person(reader, fiscalCode, ["RESIDENCE"], purpose);

function verdict<Value>({ value, provenance }: Read<Value>, contradiction: (value: Value) => CheckReason | null, nothing: CheckReason = "NOT_IN_REGISTRY"): CheckVerdict {
  const reason = value === null ? nothing : contradiction(value);
  return { state: reason ? "CONTRADICTED" : "CONFIRMED", reason, provenance: provenance as CheckProvenance };
}

const streetOf = ({ hub }: CaseToVerify, person: RegistryPerson): ZtlClaim["residence"] => {
  const here = residenceHere(hub, person);
  return here?.address.street ? { street: here.address.street } : "ABROAD_OR_ELSEWHERE";
};

/** Whether one obstacle of the rules of the zone stands in the way of the application, as they were when it was handed in. */
function obstacle({ hub, application }: CaseToVerify, known: Partial<ZtlClaim>, which: ZtlObstacle & CheckReason): CheckReason | null {
  const { category, plates } = application.details as ZtlPermitDetails;
  const claim: ZtlClaim = { category, plates: plates as readonly Plate[], residence: "UNKNOWN", householdPermits: "UNKNOWN", ...known };
  const { obstacles } = ztlEligibility(ztlRules(hub), claim, dayInRome(application.submittedAt!), { renewalDays: hub.administration.settings.ztl.renewalDays });
  return obstacles.includes(which) ? which : null;
}

/** The permits of which a household may hold one, among those that were granted to these people. */
async function permitsOf({ hub, em, application }: CaseToVerify, fiscalCodes: readonly string[]): Promise<{ readonly validTo: string }[]> {
  const granted = await em.find(Application, {
    administration: hub.administration.id, kind: "ZTL_PERMIT", state: "ACCEPTED", id: { $ne: application.id }, citizen: { fiscalCode: { $in: [...new Set(fiscalCodes)] } },
  });
  const versions = ztlRules(hub);
  return granted.flatMap(({ details, decidedAt }) => {
    const on = dayInRome(decidedAt!);
    const category = inForce(versions, on).categories.find(({ code }) => code === (details as ZtlPermitDetails).category);
    return category?.onePerHousehold ? [{ validTo: ztlPermitPeriod(versions, on).to }] : [];
  });
}
