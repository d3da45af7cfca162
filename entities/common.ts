import { p } from "@mikro-orm/core";
import { newId } from "../kernel/ids.ts";
import { problem } from "./problem.ts";

/** The key of every entity: UUID version 7, made by the hub. */
export const id = () => p.uuid().primary().onCreate(() => newId());

/** A UTC instant, to the millisecond. */
export const instant = () => p.datetime(3);

/** A calendar day, `YYYY-MM-DD`, in Italy. */
export const day = () => p.string().columnType("date");

/** Bumped at each write, so that of two who change a row at once the second is told. */
export const version = () => p.integer().version();

/** Which moves a state allows: for each state, the states it may go to. */
export type Moves<State extends string> = Readonly<Record<State, readonly State[]>>;

/** Refuses a move that the table does not allow, naming both states. */
export function assertMove<State extends string>(moves: Moves<State>, from: State, to: State): void {
  if (!moves[from].includes(to)) throw problem("WRONG_STATE", { details: { from, to } });
}

/** From which states a move leads to one: for what must be decided inside a statement. */
export const statesBefore = <State extends string>(moves: Moves<State>, to: State): readonly State[] =>
  (Object.keys(moves) as State[]).filter(from => moves[from].includes(to));
