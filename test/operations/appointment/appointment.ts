import type { Client, Json } from "../../helpers/client.ts";

/** A service that is booked, one of its offices, and its free times from tomorrow on. */
export interface Bookable {
  readonly service: string;
  readonly office: string;
  readonly times: readonly { readonly startsAt: string; readonly endsAt: string; readonly counters: number }[];
}

const catalogue = `{ services(first: 100) { nodes { id slug appointmentMinutes offices { id slug } } } }`;
const availability = `query ($input: AvailabilityInput!) { availability(input: $input) { day times { startsAt endsAt counters } } }`;

/** A day, so many from the present of the hub. */
export const dayFrom = (now: Date, days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);

/** What can be booked: the first service of the catalogue that is given by appointment, unless a slug says which. */
export async function bookable(client: Client, now: Date, slug?: string): Promise<Bookable> {
  const { services } = await client.data(catalogue);
  const found = (services!["nodes"] as unknown as { id: string; slug: string; appointmentMinutes: number | null; offices: { id: string }[] }[])
    .find(service => service.appointmentMinutes !== null && (slug === undefined || service.slug === slug))!;
  const { id: service, offices: [first] } = found;
  const office = first!.id;
  const data = await client.data(availability, { input: { service, office, from: dayFrom(now, 1), to: dayFrom(now, 21) } });
  return { service, office, times: (data["availability"] as unknown as { times: Bookable["times"] }[]).flatMap(({ times }) => times) };
}

/** How many counters are free at a time, as everybody sees it. */
export async function freeCounters(client: Client, { service, office }: Bookable, startsAt: string): Promise<number> {
  const day = startsAt.slice(0, 10);
  const data = await client.data(availability, { input: { service, office, from: day, to: day } });
  const times = (data["availability"] as unknown as { times: Bookable["times"] }[]).flatMap(({ times: all }) => all);
  return times.find(time => time.startsAt === startsAt)?.counters ?? 0;
}

const shown = "appointment { id state code startsAt endsAt counter heldUntil reason office { id } service { id } }";

export const hold = (client: Client, { service, office }: Bookable, startsAt: string, more: object = {}): Promise<Json> =>
  client.mutate("holdSlot", { service, office, startsAt, ...more }, `... on HoldSlotSuccess { ${shown} }`);
export const book = (client: Client, appointment: unknown, more: object = {}): Promise<Json> =>
  client.mutate("bookAppointment", { appointment, ...more }, `... on BookAppointmentSuccess { ${shown} } ... on WrongState { from to }`);
export const cancel = (client: Client, appointment: unknown, more: object = {}): Promise<Json> =>
  client.mutate("cancelAppointment", { appointment, ...more }, `... on CancelAppointmentSuccess { ${shown} } ... on WrongState { from to }`);
