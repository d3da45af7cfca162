import type { DelegationKind } from "../entities/delegation.ts";
import type { AssuranceLevel } from "../entities/service.ts";
import type { StaffRole } from "../entities/staff.ts";
import { rolePermissions, type Permission } from "../entities/permission.ts";

/** Whoever asks. The permissions decide the slice of the graph; the rest decides whose rows they see. */
export type Caller = Visitor | CitizenCaller | StaffCaller | PartnerCaller;

interface Anybody {
  readonly permissions: ReadonlySet<Permission>;
  /** Names the caller in idempotency records and quotas; no personal data. */
  readonly key: string;
  /** When the caller stops being who they are; sockets close then. Null for visitors. */
  readonly expiresAt: Date | null;
}

/** Whoever may ask through a portal or app of their own choice. */
interface ThroughClient {
  /** The registered client that asks on the person's behalf with its token; absent where the person's browser asks. */
  readonly client?: string;
  /** The list of registered documents that are all that this client may send; absent where it may send what everybody may. */
  readonly documents?: string;
}

/** Nobody in particular. */
export interface Visitor extends Anybody {
  readonly kind: "visitor";
}

/** A citizen who signed in. */
export interface CitizenCaller extends Anybody, ThroughClient {
  readonly kind: "citizen";
  readonly sessionId: string;
  readonly citizenId: string;
  /** Null for those who came through eIDAS. */
  readonly fiscalCode: string | null;
  readonly subjectKey: string;
  readonly assurance: AssuranceLevel;
  readonly givenName: string;
  readonly familyName: string;
  /** Who really asks, where somebody acts for the person in this session: all else here is the person's. */
  readonly acting?: { readonly by: CitizenCaller; readonly kind: DelegationKind; readonly since: Date };
}

/** A member of staff, at work. */
export interface StaffCaller extends Anybody, ThroughClient {
  readonly kind: "staff";
  readonly sessionId: string;
  readonly memberId: string;
  readonly name: string;
  readonly officeIds: readonly string[];
  /** What they do in each office. */
  readonly assignments: readonly { readonly office: string; readonly role: StaffRole }[];
  readonly assurance: AssuranceLevel;
}

/** Another administration, under one agreement. */
export interface PartnerCaller extends Anybody {
  readonly kind: "partner";
  readonly partnerId: string;
  readonly partnerName: string;
  readonly agreementId: string;
  readonly agreementReference: string;
  readonly purpose: string;
  /** How many reads a day the agreement allows. */
  readonly dailyQuota: number;
}

/** The offices where a member of staff may do something: what a role allows, it allows in its own office. */
export const officesWhere = ({ assignments }: StaffCaller, permission: Permission): string[] =>
  [...new Set(assignments.filter(({ role }) => rolePermissions[role].includes(permission)).map(({ office }) => office))];
