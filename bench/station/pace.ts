import { connect } from "node:net";

/** Requests to be sent one after the other at a steady pace, whether or not those before were answered. */
export interface Pace {
  readonly port: number;
  readonly perSecond: number;
  readonly requests: readonly string[];
}

/** What came of it: latencies from when a request was due, in milliseconds. */
export interface Paced {
  readonly requests: number;
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
}

/** The longest that is waited for an answer: as long as the node waits for that to a receipt. */
const patienceMs = 15_000;

/** Sends a request on a connection of its own, as a proxy that keeps none would, and tells whether the answer is a good one. */
function send(port: number, request: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, timeout: patienceMs });
    let received = "";
    const answer = (good: boolean): void => {
      socket.destroy();
      resolve(good);
    };
    socket.setEncoding("latin1").on("data", chunk => {
      received += String(chunk);
      if (!/Envelope>\s*$/.test(received)) return;
      answer(received.startsWith("HTTP/1.1 200") && received.includes("<outcome>OK</outcome>"));
    });
    socket.on("error", () => answer(false)).on("end", () => answer(false)).on("timeout", () => answer(false)).on("connect", () => socket.write(request));
  });
}

/** Sends all requests of a pace and measures. Never throws: what fails is counted. */
export async function paced({ port, perSecond, requests }: Pace): Promise<Paced> {
  const began = performance.now() + 50;
  const latencies: number[] = [];
  let failures = 0;
  await Promise.all(requests.map(async (request, place) => {
    const due = began + (place * 1_000) / perSecond;
    await new Promise(go => setTimeout(go, due - performance.now()));
    if (!(await send(port, request))) failures += 1;
    latencies.push(performance.now() - due);
  }));
  latencies.sort((one, other) => one - other);
  const quantile = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!;
  return { requests: requests.length, failures, p50: quantile(0.5), p99: quantile(0.99) };
}
