import { Payment } from "../../../entities/payment.ts";
import { clock, makePosition, rowsOf, type Instance, type Position } from "./station-world.ts";

/** A payment that somebody has begun, and whose outcome is unknown. */
export async function begin(station: Instance): Promise<Position> {
  const position = await makePosition(station);
  await station.orm.em.fork().transactional(async em => (await em.findOneOrFail(Payment, position.id)).awaitOutcome(clock.now()));
  return position;
}

/** The payment as it stands now, with its moves and receipts. */
export const paymentOf = ({ orm }: Instance, { id }: Position) => orm.em.fork().findOneOrFail(Payment, id, { populate: ["history", "receipts"] });

/** Its receipts: what each means, and who told of it. */
export const receiptsOf = async (station: Instance, { id }: Position): Promise<string[]> =>
  (await rowsOf(station, "receipt")).filter(({ payment_id }) => payment_id === id).map(({ meaning, source }) => `${String(meaning)} ${String(source)}`);

/** What whoever listens was told of it. */
export const eventsOf = async (station: Instance, { id }: Position): Promise<unknown[]> => (await rowsOf(station, "event")).filter(({ subject_id }) => subject_id === id).map(({ kind }) => kind);
