/**
 * Whether somebody born on a day is under age on another; both `YYYY-MM-DD`. Majority comes with the eighteenth birthday
 * (Italian Civil Code, art. 2), for those born on 29 February with 1 March where the year has no such day.
 */
export function isMinor(birthDate: string, on: string): boolean {
  const eighteenth = `${Number(birthDate.slice(0, 4)) + 18}${birthDate.slice(4)}`;
  return on < eighteenth;
}
