import { createHash, createPrivateKey, createPublicKey, randomUUID, sign, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { services, type ServiceCode } from "../../../sandbox/pdnd/settings.ts";

type Claims = Readonly<Record<string, unknown>>;

/** What a test can spoil in a request that is otherwise right. Functions get what would be sent. */
export interface Spoil {
  readonly header?: (header: Claims) => Claims;
  readonly assertion?: (claims: Claims) => Claims;
  readonly form?: (form: Record<string, string>) => Record<string, string>;
  readonly evidence?: (claims: Claims) => Claims;
  readonly evidenceHeader?: (header: Claims) => Claims;
  readonly signature?: (claims: Claims) => Claims;
  readonly signatureHeader?: (header: Claims) => Claims;
  readonly voucher?: (voucher: string) => string;
  readonly headers?: (headers: Record<string, string>) => Record<string, string>;
  readonly body?: string | Buffer;
  readonly key?: KeyObject;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

const base64url = (value: Claims): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const sha256 = (data: string | Buffer, encoding: "hex" | "base64"): string => createHash("sha256").update(data).digest(encoding);

/** An administration's client of PDND, written for the tests alone: tokens are put together by hand. */
export class Consumer {
  private constructor(private readonly url: string, private readonly key: KeyObject, private readonly kid: string, private readonly clientId: string) {}

  static async open(url: string, dataDir: string, clientId: string): Promise<Consumer> {
    const key = createPrivateKey(await readFile(join(dataDir, "pdnd", "client.key.pem"), "utf8"));
    const { keys: [jwk] } = JSON.parse(await readFile(join(dataDir, "pdnd", "client.jwks.json"), "utf8")) as { keys: [{ kid: string; n: string }] };
    if (createPublicKey(key).export({ format: "jwk" }).n !== jwk.n) throw new Error("the registered key is another one");
    return new Consumer(url, key, jwk.kid, clientId);
  }

  jws(header: Claims, claims: Claims, key = this.key): string {
    const text = `${base64url(header)}.${base64url(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
  }

  /** Asks for a voucher. */
  async token(purposeId: string, digest?: string, spoil: Spoil = {}): Promise<Reply> {
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: "RS256", kid: this.kid, typ: "JWT" };
    const claims = {
      iss: this.clientId, sub: this.clientId, aud: `${new URL(this.url).host}/client-assertion`, jti: randomUUID(), iat: now, exp: now + 60, purposeId,
      ...(digest ? { digest: { alg: "SHA256", value: digest } } : {}),
    };
    const form = {
      client_id: this.clientId, client_assertion: this.jws(spoil.header?.(header) ?? header, spoil.assertion?.(claims) ?? claims, spoil.key),
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", grant_type: "client_credentials",
    };
    return this.read(await fetch(`${this.url}/pdnd/token.oauth2`, { method: "POST", body: new URLSearchParams(spoil.form?.(form) ?? form) }));
  }

  /** Asks an e-service, from the evidence to the request; whatever is spoilt, the rest is made to fit it. */
  async ask(service: ServiceCode, purposeId: string, body: Claims, spoil: Spoil & { readonly operation?: string; readonly method?: "GET" } = {}): Promise<Reply> {
    const now = Math.floor(Date.now() / 1000);
    const place = `${service}-${services[service]}/v1`;
    const audience = `${this.url}/govway/rest/in/MinInternoPortaANPR/${place}`;
    const header = { alg: "RS256", kid: this.kid, typ: "JWT" };
    const times = { iat: now, exp: now + 120 };
    const claims = { iss: this.clientId, aud: audience, jti: randomUUID(), ...times, purposeId, dnonce: "1234567890123", userID: "operator-7", userLocation: "192.0.2.7", LoA: "SPID_L2" };
    const evidence = this.jws(spoil.evidenceHeader?.(header) ?? header, spoil.evidence?.(claims) ?? claims);
    const issued = await this.token(purposeId, sha256(evidence, "hex"), spoil);
    const voucher = String(issued.body["access_token"]);
    const bytes = Buffer.from(spoil.method === "GET" ? "" : JSON.stringify(body));
    const digest = `SHA-256=${sha256(bytes, "base64")}`;
    const signedHeaders = [{ digest }, ...(spoil.method === "GET" ? [] : [{ "content-type": "application/json" }])];
    const integrity = { iss: this.clientId, sub: this.clientId, aud: audience, jti: randomUUID(), ...times, signed_headers: signedHeaders };
    const headers: Record<string, string> = {
      Authorization: `Bearer ${spoil.voucher?.(voucher) ?? voucher}`, Digest: digest, ...(spoil.method === "GET" ? {} : { "Content-Type": "application/json" }),
      "Agid-JWT-TrackingEvidence": evidence, "Agid-JWT-Signature": this.jws(spoil.signatureHeader?.(header) ?? header, spoil.signature?.(integrity) ?? integrity),
    };
    return this.send(`/govway/rest/in/MinInternoPortaANPR-PDND/${place}/${spoil.operation ?? "anpr-service-e002"}`, spoil.headers?.(headers) ?? headers, spoil.method === "GET" ? undefined : (spoil.body ?? bytes));
  }

  async send(path: string, headers: Record<string, string>, body?: string | Buffer): Promise<Reply> {
    return this.read(await fetch(this.url + path, { method: body === undefined ? "GET" : "POST", headers, ...(body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) }) }));
  }

  private async read(response: Response): Promise<Reply> {
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) as Record<string, unknown> };
  }
}
