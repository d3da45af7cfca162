import { startOwnHub } from "./story/own-hub.ts";
import { steps } from "./story/step.ts";
import { tell } from "./story/tell.ts";

/**
 * The main story, told end to end with real clients: fetch, a graphql-transport-ws client, forms submitted as a browser
 * does. It starts the hub and the sandbox as `npm start` does, on free ports and a database of its own, prints each step
 * with its figures, and ends with an exit code other than 0 at the first that does not hold.
 */

const began = performance.now();
const { hub, sandbox, stop } = await startOwnHub();
try {
  console.log(`Sportello Hub on ${hub}, sandbox on ${sandbox}, a database of their own: up in ${Math.round(performance.now() - began)} ms\n`);
  await tell(hub, sandbox);
  console.log(`\nThe story held: ${steps()} steps, ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
} catch (error) {
  console.log(`\nThe story broke: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  const stopped = performance.now();
  const end = await stop();
  console.log(`Stopped in ${Math.round(performance.now() - stopped)} ms, exit code ${end}.`);
}
