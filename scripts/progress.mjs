// Says what is going on while a person waits.

const terminal = process.stderr.isTTY === true;
const rewind = terminal ? "\r\u001b[K" : "";
const seconds = since => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs one long step with a line of its own: on a terminal the line counts the seconds, elsewhere one is printed at the
 * start and one at the end. They go to standard error, so that standard output stays for what a command answers.
 */
export async function step(label, work) {
  const started = Date.now();
  const say = (mark, end) => process.stderr.write(`${rewind}${mark} ${label}${end}`);
  say("·", terminal ? " …" : " …\n");
  const ticking = terminal ? setInterval(() => say("·", ` … ${seconds(started)}`), 200) : undefined;
  try {
    const result = await work();
    say("✔", `, ${seconds(started)}\n`);
    return result;
  } catch (failure) {
    say("✘", `, ${seconds(started)}\n`);
    throw failure;
  } finally {
    clearInterval(ticking);
  }
}
