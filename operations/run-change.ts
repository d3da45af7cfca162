/** Runs one statement that changes things, on its own or as part of a transaction, and gives the only column of its first row. */
export type RunChange = (name: string, text: string, values: readonly unknown[]) => Promise<string | null>;
