import type { DataSet, Registry, RegistryAnswer, RegistryPerson } from "../anpr/registry.ts";
import { worse } from "../upstream.ts";

/** The ways to the registry: its services for municipalities, and its e-services on PDND. */
export const doors = ["SOAP", "PDND"] as const;
export type Door = (typeof doors)[number];

/** What an administration chooses a door for: each data set, and searching by name. */
export type RegistryUse = DataSet | "SEARCH";

/** The registry behind each door that is open. */
export type OpenDoors = Readonly<Partial<Record<Door, Registry>>>;

/**
 * The registry as an administration asks it: each data set through the door that `doorFor` names, in the same words. What
 * one question asks through two doors is asked at once under one number, which each door tells apart, and told as one answer;
 * if one fails, so does the answer. A household is asked through the door that told which it is. Identity comes with
 * whatever else is asked. Throws for a door that is not open.
 */
export function throughDoors(open: OpenDoors, doorFor: (use: RegistryUse) => Door): Registry {
  const behind = (use: RegistryUse): Registry => registryOf(open, doorFor(use));
  const parts = (dataSets: readonly DataSet[]): [Registry, DataSet[]][] => {
    const others = dataSets.filter(dataSet => dataSet !== "IDENTITY");
    const byRegistry = Map.groupBy(others.length > 0 ? others : ["IDENTITY" as const], behind);
    return [...byRegistry].map(([registry, sets]) => [registry, dataSets.includes("IDENTITY") ? [...new Set<DataSet>(["IDENTITY", ...sets])] : sets]);
  };
  const inParts = async (dataSets: readonly DataSet[], ask: (registry: Registry, sets: readonly DataSet[]) => Promise<RegistryAnswer<RegistryPerson>>): Promise<RegistryAnswer<RegistryPerson>> =>
    (await Promise.all(parts(dataSets).map(([registry, sets]) => ask(registry, sets)))).reduce(joined);

  const all = [...new Set(Object.values(open))];
  return {
    person: (fiscalCode, dataSets, call) => inParts(dataSets, (registry, sets) => registry.person(fiscalCode, sets, call)),
    personById: (registryId, dataSets, call) => inParts(dataSets, (registry, sets) => registry.personById(registryId, sets, call)),
    household: (householdId, dataSets, call) => behind("HOUSEHOLD").household(householdId, dataSets, call),
    search: (search, dataSets, call) => behind("SEARCH").search(search, dataSets, call),
    ping: async call => void (await Promise.all(all.map(registry => registry.ping(call)))),
    health: () => all.map(registry => registry.health()).reduce(worse),
  };
}

function registryOf(open: OpenDoors, door: Door): Registry {
  const registry = open[door];
  if (!registry) throw new Error(`the door ${door} is not open`);
  return registry;
}

/** Two answers about one person as one. Whom either door does not know is nobody. */
function joined(one: RegistryAnswer<RegistryPerson>, other: RegistryAnswer<RegistryPerson>): RegistryAnswer<RegistryPerson> {
  return {
    value: one.value && other.value && { ...one.value, ...other.value, residences: [...one.value.residences, ...other.value.residences] },
    registryOperationId: [one.registryOperationId, other.registryOperationId].filter(Boolean).join(" ") || null,
    readAt: one.readAt < other.readAt ? one.readAt : other.readAt,
    warnings: [...new Set([...one.warnings, ...other.warnings])],
  };
}
