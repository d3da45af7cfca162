/** The operations of the story. They are also the tabs of the IDE page. */

const problem = "... on Problem { code message path }";

export const catalogue = `query Catalogue {
  services(first: 20) { totalCount nodes { id slug title summary status } }
  service(slug: "permesso-ztl-residenti") { id title howTo offices { id name address } situations { key question } whatYouNeed { title } }
}`;

export const checklist = `query Checklist($input: ChecklistInput!) {
  checklist(input: $input) { items { title bring reason explanation } }
}`;

export const introspection = "query Introspection { __schema { queryType { fields { name } } } }";

export const person = `query Me {
  me {
    person {
      ... on Person { __typename givenName familyName residence { address municipality since } provenance { source readAt operationId purpose } }
      ... on SourceUnavailable { __typename source { name status } since retryAfter message }
      ... on NotInRegistry { __typename message }
      ... on AssuranceTooLow { __typename required stepUpUrl }
    }
    household { ... on Household { members { givenName tie } } ${problem} }
    appointments(first: 5) { nodes { id state startsAt office { name } } }
    applications(first: 5) { nodes { id state protocol { number year } } }
  }
}`;

export const availability = `query Availability($input: AvailabilityInput!) {
  availability(input: $input) { day times { startsAt counters } }
}`;

export const holdSlot = `mutation Hold($input: HoldSlotInput!) {
  holdSlot(input: $input) { __typename ... on HoldSlotSuccess { appointment { id heldUntil } } ${problem} }
}`;

export const book = `mutation Book($input: BookAppointmentInput!) {
  bookAppointment(input: $input) { __typename ... on BookAppointmentSuccess { appointment { id state code startsAt counter office { name address } } } ${problem} }
}`;

export const cancel = `mutation Cancel($input: CancelAppointmentInput!) {
  cancelAppointment(input: $input) { __typename ... on CancelAppointmentSuccess { appointment { id state } } ${problem} }
}`;

export const startApplication = `mutation Start($input: StartApplicationInput!) {
  startApplication(input: $input) { __typename ... on StartApplicationSuccess { application { id state allowedActions } } ${problem} }
}`;

export const saveDraft = `mutation Save($input: ZtlPermitDraftInput!) {
  saveZtlPermitDraft(input: $input) { __typename ... on SaveDraftSuccess { application { id ... on ZtlPermitApplication { category plates from } } } ${problem} }
}`;

export const submit = `mutation Submit($input: SubmitApplicationInput!) {
  submitApplication(input: $input) {
    __typename
    ... on SubmitApplicationSuccess {
      application { id state protocol { number year } dueDate { on steps { on text } } payments { id state noticeNumber amount { cents currency } dueOn } }
    }
    ${problem}
  }
}`;

export const decide = `mutation Decide($input: DecideApplicationInput!) {
  decideApplication(input: $input) { __typename ... on DecideApplicationSuccess { application { id state decidedAt } } ${problem} }
}`;

export const payment = `query Payment($id: ID!) {
  node(id: $id) { ... on Payment { id state paidAt noticeDocument { url } receipts { receiptId amount { cents } pspName document { url } } } }
}`;

const event = `
  ... on Event { cursor occurredAt }
  ... on AppointmentChanged { kind appointment { id state } }
  ... on PaymentChanged { kind payment { id state noticeNumber } }`;

export const deskUpdates = `subscription Desk($after: Cursor) {
  deskUpdates(after: $after) { __typename ${event} ... on ApplicationChanged { kind application { id state applicantName } } }
}`;

export const myUpdates = `subscription Mine($after: Cursor) {
  myUpdates(after: $after) { __typename ${event} ... on ApplicationChanged { kind application { id state history { from to at } } } }
}`;

export const verification = (further: string): string => `query Verification($input: VerifyResidenceInput!) {
  verifications {
    agreement purpose
    residence(input: $input) { __typename ... on ResidenceVerification { resident since ${further} provenance { readAt operationId } } ${problem} }
  }
}`;

export const whoReadMyData = `query WhoReadMyData {
  me { whoReadMyData(first: 10) { totalCount nodes { at actor actorName source dataSets purpose purposeText reference } } }
}`;

export const messages = `query Messages {
  me { messages(first: 20) { totalCount nodes { id kind state channel dueAt endedAt payment { id } application { id } appointment { id } } } }
}`;
