/** What a look at one thing found. */
export interface Finding {
  readonly good: boolean;
  /** What there is, or the step that is missing; never a key or a value of a setting that could be one. */
  readonly says: string;
  /** What to do, where something is missing. */
  readonly remedy?: string;
}

/** One thing to look at. */
export interface Check {
  readonly name: string;
  look(): Promise<Finding>;
}

export const good = (says: string): Finding => ({ good: true, says });

export const missing = (says: string, remedy: string): Finding => ({ good: false, says, remedy });

/** Looks, and says of what cannot even be looked at why not, by the name of the failure. */
export async function look(check: Check): Promise<Finding> {
  try {
    return await check.look();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return missing(`could not be looked at (${code ?? name})`, "see the log of the hub, or run again with the named setting corrected");
  }
}

const day = 86_400_000;

/** Whether a certificate holds today and for the coming month. */
export function validity(expiresAt: Date, now: Date, renew: string): Finding {
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / day);
  const on = expiresAt.toISOString().slice(0, 10);
  if (days < 0) return missing(`expired on ${on}`, renew);
  return days < 30 ? missing(`expires on ${on}, in ${days} days`, renew) : good(`valid until ${on}`);
}
