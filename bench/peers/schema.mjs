// The part of the graph that is measured, as the peers with a schema of their own write it down.
export const typeDefs = `
  scalar DateTime
  scalar Date
  type PageInfo { hasNextPage: Boolean! }
  type Office { slug: String! name: String! phone: String email: String }
  type RequiredDocument { code: String! title: String! form: String! }
  type Service {
    id: ID! slug: String! title: String! summary: String! categoryTitle: String! status: String!
    offices: [Office!]! whatYouNeed: [RequiredDocument!]!
  }
  type ServiceConnection { nodes: [Service!]! pageInfo: PageInfo! }
  type Money { cents: Int! currency: String! }
  type Payment { id: ID! noticeNumber: String! state: String! dueOn: Date! amount: Money! }
  type ApplicationEvent { from: String! to: String! at: DateTime! }
  type Application {
    id: ID! state: String! submittedAt: DateTime
    service: Service! office: Office! payments: [Payment!]! history: [ApplicationEvent!]!
  }
  type ApplicationConnection { nodes: [Application!]! pageInfo: PageInfo! }
  type Appointment { id: ID! code: String! state: String! startsAt: DateTime! endsAt: DateTime! office: Office! service: Service! }
  type AppointmentConnection { nodes: [Appointment!]! pageInfo: PageInfo! }
  type Contacts { email: String phone: String }
  type Citizen {
    id: ID! contacts: Contacts!
    appointments(first: Int = 20): AppointmentConnection!
    applications(first: Int = 20): ApplicationConnection!
  }
  type Desk { applications(first: Int = 20, after: String): ApplicationConnection! }
  type Query { services(first: Int = 20): ServiceConnection! me: Citizen desk: Desk }
  input BookAppointmentInput { appointment: ID! idempotencyKey: String! }
  input CancelAppointmentInput { appointment: ID! idempotencyKey: String! }
  type BookAppointmentSuccess { appointment: Appointment! }
  type CancelAppointmentSuccess { appointment: Appointment! }
  type NotFound { code: String! }
  type WrongState { code: String! }
  union BookAppointmentResult = BookAppointmentSuccess | NotFound | WrongState
  union CancelAppointmentResult = CancelAppointmentSuccess | NotFound | WrongState
  type Mutation {
    bookAppointment(input: BookAppointmentInput!): BookAppointmentResult!
    cancelAppointment(input: CancelAppointmentInput!): CancelAppointmentResult!
  }
`;
