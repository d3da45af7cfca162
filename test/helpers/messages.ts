import type { TestHub } from "./hub.ts";

/** A message on somebody's telephone, as the simulator of App IO has it. */
export interface OnPhone {
  readonly id: string;
  readonly content: { readonly subject: string; readonly markdown: string; readonly due_date?: string; readonly payment_data?: { readonly amount: number; readonly notice_number: string; readonly invalid_after_due_date: boolean } };
}

/** A mail that the sandbox's catcher took. */
export interface InMail {
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly name: string; readonly contentType: string; readonly bytes: number }[];
}

const list = async <Item>(url: string): Promise<readonly Item[]> => (await fetch(url)).json() as Promise<readonly Item[]>;

/** What a test person has on the telephone, latest first. */
export const phone = ({ sandbox }: TestHub, username: string): Promise<readonly OnPhone[]> => list(`${sandbox.url}/io/${username}/messages.json`);

/** What came for an address, latest first. */
export const mailbox = async ({ sandbox }: TestHub, address: string): Promise<readonly InMail[]> => (await list<InMail>(`${sandbox.url}/mail/messages.json`)).filter(({ to }) => to.includes(address));

/** What a test person has of the app: turns the app or the municipality's service on or off. */
export async function setApp({ sandbox }: TestHub, username: string, on: { readonly hasApp: boolean; readonly allowsSender: boolean }): Promise<void> {
  const body = new URLSearchParams(Object.entries(on).filter(([, value]) => value).map(([name]) => [name, "on"]));
  await fetch(`${sandbox.url}/io/${username}`, { method: "POST", body, redirect: "manual" });
}
