import { AccessAppended } from "./2026-11-23-access-appended.ts";
import { ApplicationAwaitsPayment } from "./2026-11-23-application-awaits-payment.ts";
import { BankReferences } from "./2026-11-23-bank-references.ts";
import { BrokenFlowNames } from "./2026-11-23-broken-flow-names.ts";
import { ClientDocuments } from "./2026-11-23-client-documents.ts";
import { EventActors } from "./2026-11-23-event-actors.ts";
import { EventCursors } from "./2026-11-23-event-cursor.ts";
import { Initial } from "./2026-11-23-initial.ts";
import { PaymentMoves } from "./2026-11-23-payment-moves.ts";
import { PositionsClosed } from "./2026-11-23-positions-closed.ts";
import { Positions } from "./2026-11-23-positions.ts";
import { ReceiptSources } from "./2026-11-23-receipt-source.ts";
import { ReconciliationEvents } from "./2026-11-23-reconciliation-events.ts";
import { ReceiptsToLookInto } from "./2026-11-23-receipts-to-look-into.ts";
import { ReceiptsUnplaced } from "./2026-11-23-receipts-unplaced.ts";
import { Reconciliation } from "./2026-11-23-reconciliation.ts";
import { RegistryChecks } from "./2026-11-23-registry-checks.ts";
import { Representations } from "./2026-11-23-representations.ts";
import { StampsJudged } from "./2026-11-23-stamps-judged.ts";
import { TokensRevoked } from "./2026-11-23-tokens-revoked.ts";
import { LeanIndexes } from "./2026-11-23-lean-indexes.ts";
import { Messages } from "./2026-11-23-messages.ts";

/** Every migration, oldest first. One that was released is never changed. */
export const migrations = [
  { name: "2026-11-23-initial", class: Initial },
  { name: "2026-11-23-positions", class: Positions },
  { name: "2026-11-23-registry-checks", class: RegistryChecks },
  { name: "2026-11-23-reconciliation", class: Reconciliation },
  { name: "2026-11-23-positions-closed", class: PositionsClosed },
  { name: "2026-11-23-representations", class: Representations },
  { name: "2026-11-23-event-actors", class: EventActors },
  { name: "2026-11-23-client-documents", class: ClientDocuments },
  { name: "2026-11-23-receipt-source", class: ReceiptSources },
  { name: "2026-11-23-messages", class: Messages },
  { name: "2026-11-23-application-awaits-payment", class: ApplicationAwaitsPayment },
  { name: "2026-11-23-event-cursor", class: EventCursors },
  { name: "2026-11-23-payment-moves", class: PaymentMoves },
  { name: "2026-11-23-reconciliation-events", class: ReconciliationEvents },
  { name: "2026-11-23-stamps-judged", class: StampsJudged },
  { name: "2026-11-23-bank-references", class: BankReferences },
  { name: "2026-11-23-receipts-to-look-into", class: ReceiptsToLookInto },
  { name: "2026-11-23-broken-flow-names", class: BrokenFlowNames },
  { name: "2026-11-23-access-appended", class: AccessAppended },
  { name: "2026-11-23-tokens-revoked", class: TokensRevoked },
  { name: "2026-11-23-receipts-unplaced", class: ReceiptsUnplaced },
  { name: "2026-11-23-lean-indexes", class: LeanIndexes },
];
