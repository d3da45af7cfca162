import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

interface Contract {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly operationId: string; readonly requestBody: Body; readonly responses: Readonly<Record<string, Body>> } }>>;
  readonly components: object;
}
interface Body { readonly content: Readonly<Record<string, { readonly schema: object }>> }

const contract = JSON.parse(readFileSync(new URL("../../../connectors/pdnd/contract/anpr.openapi.json", import.meta.url), "utf8")) as Contract;

export const contractPaths = Object.keys(contract.paths);

/** What is wrong with a message by our OpenAPI: nothing, or ajv's words. */
export function faultsIn(service: string, kind: "request" | "answer", body: unknown): readonly string[] {
  const operation = Object.values(contract.paths).find(({ post }) => post?.operationId === service)!.post!;
  const { schema } = Object.values((kind === "request" ? operation.requestBody : operation.responses["200"]!).content)[0]!;
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validate = ajv.compile({ ...schema, components: contract.components });
  return validate(body) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
