/** What is measured, one after the other. */
export const works = ["catalogue", "home", "queue", "booking"] as const;
export type Work = (typeof works)[number];

/** What each stands for, for people. */
export const titles: Readonly<Record<Work, string>> = {
  catalogue: "Catalogue page: 20 services with their offices and documents, as a visitor",
  home: "Citizen's page: profile, appointments, applications with payments, signed in",
  queue: "Deep page of the desk's queue: 20 applications with history and payments, from the middle of an office's list",
  booking: "A held appointment booked and then cancelled, each with its event and idempotency record in one transaction",
};

/** One request as a participant is asked it. */
export interface Step {
  readonly path: string;
  readonly session: string | undefined;
  readonly body: unknown;
}

/** What a step is about. */
export interface Subject {
  /** Secret of the session, where somebody is signed in. */
  readonly session?: string;
  /** Where the page begins. */
  readonly after?: string;
  /** The appointment to change, and a key for it. */
  readonly appointment?: string;
  readonly key?: string;
}

/** The operations in the hub's own graph, which the peers with a schema of their own offer too. */
export const operations = {
  catalogue: `query Catalogue { services(first: 20) { nodes { id slug title summary categoryTitle status offices { slug name phone email } whatYouNeed { code title form } } pageInfo { hasNextPage } } }`,
  home: `query Home { me { id contacts { email phone } appointments(first: 5) { nodes { id code state startsAt endsAt office { name } service { title } } }
    applications(first: 10) { nodes { id state submittedAt service { title } office { name } payments { id noticeNumber state dueOn amount { cents currency } } } } } }`,
  queue: `query Queue($after: String) { desk { applications(first: 20, after: $after) { nodes { id state submittedAt service { title } history { from to at } payments { noticeNumber state amount { cents } } } pageInfo { hasNextPage } } } }`,
  book: `mutation Book($input: BookAppointmentInput!) { bookAppointment(input: $input) { ... on BookAppointmentSuccess { appointment { id code state } } } }`,
  cancel: `mutation Cancel($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { ... on CancelAppointmentSuccess { appointment { id code state } } } }`,
} as const;
export type Operation = keyof typeof operations;

/** The same in the schema that PostGraphile makes of the tables. */
export const postgraphileOperations: Readonly<Record<Operation, string>> = {
  catalogue: `query Catalogue { services(first: 20, orderBy: [POSITION_ASC, PRIMARY_KEY_ASC]) { nodes { id: rowId slug title summary categoryTitle status
    offices: officesByServiceOfficeServiceIdAndOfficeId(orderBy: NAME_ASC) { nodes { slug name phone email } } whatYouNeed: requiredDocuments(orderBy: POSITION_ASC) { nodes { code title form } } } pageInfo { hasNextPage } } }`,
  home: `query Home { me: citizens(first: 1) { nodes { id: rowId email phone appointments(first: 5, orderBy: [STARTS_AT_DESC, ROW_ID_DESC]) { nodes { id: rowId code state startsAt endsAt office { name } service { title } } }
    applications(first: 10, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) { nodes { id: rowId state submittedAt service { title } office { name } payments(orderBy: [CREATED_AT_ASC, ROW_ID_ASC]) { nodes { id: rowId noticeNumber state dueOn cents: amountCents } } } } } } }`,
  queue: `query Queue($after: Cursor) { applications(first: 20, after: $after, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) { nodes { id: rowId state submittedAt service { title }
    history: applicationEvents(orderBy: [AT_ASC, ROW_ID_ASC]) { nodes { from: fromState to: toState at } } payments(orderBy: [CREATED_AT_ASC, ROW_ID_ASC]) { nodes { noticeNumber state cents: amountCents } } } pageInfo { hasNextPage } } }`,
  book: `mutation Book($appointment: UUID!, $key: String!) { benchMutationsBookAppointment(input: { appointment: $appointment, idempotencyKey: $key }) { result { id: rowId code state } } }`,
  cancel: `mutation Cancel($appointment: UUID!, $key: String!) { benchMutationsCancelAppointment(input: { appointment: $appointment, idempotencyKey: $key }) { result { id: rowId code state } } }`,
};
