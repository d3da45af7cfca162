import { registerEnumType } from "type-graphql";

/** What may be declared online. */
export const DeclarationKind = { CORRECTION: "CORRECTION", RESIDENCE_CHANGE: "RESIDENCE_CHANGE", ENROLMENT: "ENROLMENT", ELECTORAL_ENROLMENT: "ELECTORAL_ENROLMENT", OTHER: "OTHER" } as const;
export type DeclarationKind = keyof typeof DeclarationKind;
registerEnumType(DeclarationKind, {
  name: "DeclarationKind", description: "What citizens may declare or ask for online at the national registry.",
  valuesConfig: {
    CORRECTION: { description: "A correction of registered data." }, RESIDENCE_CHANGE: { description: "A change of residence." }, ENROLMENT: { description: "An enrolment in the registry." },
    ELECTORAL_ENROLMENT: { description: "An enrolment in the electoral roll." }, OTHER: { description: "Something else." },
  },
});

/** Ways to reach somebody. */
export const DeclarationContactKind = { EMAIL: "EMAIL", CERTIFIED_EMAIL: "CERTIFIED_EMAIL", MOBILE: "MOBILE", PHONE: "PHONE", OTHER: "OTHER" } as const;
export type DeclarationContactKind = keyof typeof DeclarationContactKind;
registerEnumType(DeclarationContactKind, {
  name: "DeclarationContactKind", description: "By which way somebody may be reached.",
  valuesConfig: {
    EMAIL: { description: "E-mail." }, CERTIFIED_EMAIL: { description: "Certified e-mail (PEC)." }, MOBILE: { description: "Mobile telephone." }, PHONE: { description: "Telephone." }, OTHER: { description: "Another way." },
  },
});
