// Codes of PDND's token server, by the names under which `doctor` and the log show them. On the wire the server keeps
// almost all of them to itself (its answer is 015-0008 whatever was wrong); the debugging page of PDND's portal, given
// the same assertion, tells them.

/** What is wrong with a client assertion. */
const assertionCodes: Readonly<Record<string, string>> = {
  "0001": "SIGNATURE_UNEXPECTED", "0002": "ASSERTION_TYPE", "0003": "GRANT_TYPE", "0004": "AUDIENCE_WRONG", "0005": "AUDIENCE_MISSING",
  "0006": "ASSERTION_FORMAT", "0007": "ASSERTION_UNEXPECTED", "0008": "JTI_MISSING", "0009": "IAT_MISSING", "0010": "EXP_MISSING",
  "0011": "ISS_MISSING", "0012": "SUB_MISSING", "0013": "SUB_NOT_CLIENT", "0014": "PURPOSE_FORMAT", "0015": "KID_MISSING",
  "0016": "SIGNATURE_UNVERIFIABLE", "0017": "ASSERTION_EXPIRED", "0018": "ASSERTION_NOT_JWT", "0019": "ASSERTION_NOT_YET_VALID",
  "0020": "PURPOSE_NOT_ACTIVE", "0021": "AGREEMENT_NOT_ACTIVE", "0022": "E_SERVICE_NOT_ACTIVE", "0023": "CLIENT_FORMAT", "0024": "SUB_FORMAT",
  "0025": "DIGEST_CLAIM", "0026": "DIGEST_LENGTH", "0027": "DIGEST_ALGORITHM", "0028": "ALGORITHM_MISSING", "0029": "ALGORITHM_NOT_ALLOWED",
  "0030": "PURPOSE_MISSING", "0031": "KID_FORMAT", "0032": "CLAIMS_NOT_ALLOWED", "0033": "SIGNATURE_WRONG",
};

/** Which step of the token server failed. */
const serverCodes: Readonly<Record<string, string>> = {
  "0000": "SERVER_TROUBLE", "0001": "REQUEST", "0002": "ASSERTION", "0003": "ASSERTION_SIGNATURE", "0004": "SERVER_AUDIT", "0005": "SERVER_AUDIT",
  "0006": "CLIENT_KEY_OR_PURPOSE_UNKNOWN", "0007": "CLIENT_KEY_OR_PURPOSE_UNKNOWN", "0008": "UNSAID",
  "0009": "DPOP", "0010": "DPOP", "0011": "DPOP", "0012": "DPOP",
};

/** The code that stands for every refusal on the wire. */
export const unsaid = "UNSAID";

/**
 * The name of a code: those of the server carry its number (`015-0008`, in the platform's own numbering 007), those of
 * an assertion another number or none (`0016`). Codes of exchanges that the hub does not use keep their digits.
 */
export function nameOfTokenCode(code: string): string {
  const [, service, digits] = /^(?:(\d{2,3})-)?(\d{4,5})$/.exec(code) ?? [];
  if (digits === undefined) return "CODE_UNREADABLE";
  const ofServer = service !== undefined && ["15", "015", "007"].includes(service);
  return (ofServer ? serverCodes : assertionCodes)[digits] ?? `CODE_${digits}`;
}
