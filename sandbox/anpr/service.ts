import { type XmlDocument, XmlElement } from "libxml2-wasm";
import type { Answer } from "../deliver.ts";
import type { Fault } from "../faults.ts";
import type { World } from "../world.ts";
import { GateFault } from "./faults.ts";
import { faultAnswer, koAnswer, okAnswer, type RequestHeader } from "./messages.ts";
import { bodyElement, readMessage, standalone } from "./envelope.ts";
import { isValidRequest, type Operation } from "./request-schema.ts";
import { CertificateDesk } from "./certificates.ts";
import { DeclarationDesk } from "./declarations.ts";
import { PopulationRegistry, type Outcome } from "./search.ts";
import { type Gate, passGate } from "./security.ts";
import { tableAnswer } from "./tables.ts";

const mandatory = ["idOperazioneComune", "codMittente", "codDestinatario", "operazioneRichiesta", "dataOraRichiesta", "tipoOperazione", "tipoInvio"];
const interfaceVersions = ["ANPR05", "ANPR04", "ANPR03", "ANPR02"];
const environments = ["TEST", "FREE"];
const operationCodes: Record<Operation, string> = { "3002": "3002", "6001": "6001", "7001": "7001", P001: "P001", P002: "P002", testConnessione: "OP01" };
const storedAnswers = 20_000;

/** The registry behind its two addresses: the gate, the header, the stored answers, the search. */
export class RegistryService {
  private readonly registry: PopulationRegistry;
  private readonly operators: ReadonlySet<string>;
  private readonly answers = new Map<string, { operation: Operation; answer: Answer }>();
  private lastOperation = 2_373_604;

  private readonly certificates: CertificateDesk;
  private readonly declarations: DeclarationDesk;

  constructor(private readonly world: World, private readonly authority: Gate["authority"]) {
    this.certificates = new CertificateDesk(world.people);
    this.declarations = new DeclarationDesk(world.people, world.clock.now());
    this.registry = new PopulationRegistry(world.people);
    this.operators = new Set(world.people.filter(({ login }) => login).map(({ fiscalCode }) => fiscalCode));
  }

  /** The answer to the bytes of a request: always one that can be sent, a SOAP fault when the gate stays shut. */
  answer(operation: Operation, body: unknown, fault: Fault | undefined, peer?: Buffer): Answer {
    try {
      using message = readMessage(body);
      const content = bodyElement(message.root, operation);
      const caller = passGate(message.root, { authority: this.authority, now: this.world.clock.now(), isEnabled: this.isEnabled, ...(peer ? { peer } : {}) });
      using request = standalone(content);
      if (!isValidRequest(operation, request)) throw new GateFault("invalid", "not in the schema");
      const header = headerOf(request);
      if (header["codMittente"] !== undefined && header["codMittente"] !== caller.municipality) throw new GateFault("policy", "sender is another office");
      return this.process(operation, header, request, fault);
    } catch (error) {
      if (!(error instanceof GateFault)) throw error;
      this.world.log.warn({ simulator: "anpr", operation, fault: error.kind, reason: error.message }, "request stopped at the gate");
      return faultAnswer(error.kind);
    }
  }

  private readonly isEnabled = (operator: string): boolean => /^USERSFREETEST\d{3}$/.test(operator) || this.operators.has(operator);

  private process(operation: Operation, header: RequestHeader, request: XmlDocument, fault: Fault | undefined): Answer {
    const refuse = (code: string, field?: string) => koAnswer(operation, header, (this.lastOperation += 1), [{ code, type: "E", ...(field !== undefined && { field }) }]);
    if (fault?.kind === "refuse") return refuse(fault.code ?? "999");
    const missing = mandatory.find(name => header[name] === undefined);
    if (missing !== undefined) return refuse("EN081", missing);
    if (!interfaceVersions.includes(header["codDestinatario"]!) || !environments.includes(header["tipoInvio"]!) || header["operazioneRichiesta"] !== operationCodes[operation]) return refuse("EN379");
    const key = `${header["codMittente"]}/${header["idOperazioneComune"]}`;
    const stored = this.answers.get(key);
    if (stored) return stored.operation === operation ? stored.answer : refuse("EN079");
    const outcome = this.outcomeOf(operation, request);
    const number = (this.lastOperation += 1);
    const answer = "errors" in outcome ? koAnswer(operation, header, number, outcome.errors) : okAnswer(operation, header, number, outcome.content, outcome.warnings, outcome.documents);
    this.store(key, operation, answer);
    return answer;
  }

  private outcomeOf(operation: Operation, request: XmlDocument): Outcome {
    switch (operation) {
      case "3002": return this.registry.search(request);
      case "6001": return this.certificates.certify(request);
      case "7001": return tableAnswer(request.get("/*/datiRichiesta/idTabella")?.content ?? "");
      case "P001": return this.declarations.list(request);
      case "P002": return this.declarations.detail(request);
      case "testConnessione": return { content: "", warnings: [] };
    }
  }

  /** Keeps the answer for whoever repeats the same operation; the oldest go when there are too many. */
  private store(key: string, operation: Operation, answer: Answer): void {
    this.answers.set(key, { operation, answer });
    const oldest = this.answers.size > storedAnswers ? this.answers.keys().next().value : undefined;
    if (oldest !== undefined) this.answers.delete(oldest);
  }
}

/** Fields of the header that were sent and are not empty. */
const headerOf = (request: XmlDocument): RequestHeader =>
  Object.fromEntries(request.find("/*/testataRichiesta/*").filter(field => field instanceof XmlElement).map(field => [field.name, field.content] as const).filter(([, value]) => value !== ""));
