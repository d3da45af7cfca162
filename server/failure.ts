import { HubError } from "../kernel/errors.ts";

/** What a failure is in the log: its name and where it came from. Never its message: libraries quote rows and values there. */
export const describeFailure = (error: unknown): { name: string; code?: string; at: string | undefined } => {
  const failure = error instanceof Error ? error : new Error("not an error");
  const places = failure.stack?.split("\n").filter(line => line.startsWith("    at ")).slice(0, 3);
  return { name: failure.name, ...(failure instanceof HubError ? { code: String(failure.code) } : {}), at: places?.map(line => line.trim().slice(3).replaceAll(process.cwd(), ".")).join(" < ") };
};
