import { z } from "zod";

/** A fiscal code as the interface's pattern has it: form only, letters of omocodia included. */
export const fiscalCode = z.string().regex(/^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/);

/** Text of a length in characters, as JSON Schema counts them. */
const characters = (least: number, most: number) => z.string().refine(text => [...text].length >= least && [...text].length <= most, `${least} to ${most} characters`);

const payment = z.object({
  amount: z.int().min(1).max(9_999_999_999),
  notice_number: z.string().regex(/^[0123][0-9]{17}$/),
  invalid_after_due_date: z.boolean().default(false),
  payee: z.object({ fiscal_code: z.string().regex(/^[0-9]{11}$/) }).optional(),
});

/** A message as a service hands it over, with the recipient in the body. */
export const newMessage = z.object({
  fiscal_code: fiscalCode,
  time_to_live: z.int().min(3_600).max(604_800).default(3_600),
  feature_level_type: z.enum(["STANDARD", "ADVANCED"]).default("STANDARD"),
  content: z.object({
    subject: characters(10, 120),
    markdown: characters(80, 10_000),
    require_secure_channels: z.boolean().default(false),
    due_date: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/).refine(text => !Number.isNaN(Date.parse(text))).optional(),
    payment_data: payment.optional(),
    third_party_data: z.looseObject({ id: z.string().min(1), configuration_id: z.string().optional(), has_attachments: z.boolean().default(false) }).optional(),
  }),
});

export type NewMessage = z.output<typeof newMessage>;
