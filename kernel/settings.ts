import type { z } from "zod";

/**
 * Reads settings from an environment through a schema.
 *
 * Throws one error that lists every setting at fault by name and reason, and never its value: settings hold secrets.
 * An empty string counts as unset, so that `NAME=` in a `.env` file means the default.
 */
export function readSettings<Settings>(schema: z.ZodType<Settings>, env: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(issue => `  ${issue.path.join(".") || "settings"}: ${said(issue)}`);
  throw new Error(`settings at fault (each is explained in .env.example):\n${faults.join("\n")}`);
}

/** What a setting should be. What it is, or that it is not there, is only told as far as it is no secret. */
const said = (issue: z.core.$ZodIssue): string =>
  issue.code !== "invalid_type" ? issue.message : issue.message.endsWith("received undefined") ? "missing" : `must be a ${issue.expected}`;
