/** Runs a task one at a time: calls while it runs make it run once more, and so does the task itself by answering true. A failure is told of and ends the run. */
export function single(task: () => Promise<boolean>, failed: (error: unknown) => void): (() => Promise<void>) & { idle(): Promise<void> } {
  let running: Promise<void> | undefined;
  let wanted = false;
  const loop = async (): Promise<void> => {
    do {
      wanted = false;
      try {
        if (await task()) wanted = true;
      } catch (error) {
        failed(error);
      }
    } while (wanted);
    running = undefined;
  };
  const run = (): Promise<void> => {
    wanted = true;
    return (running ??= loop());
  };
  return Object.assign(run, { idle: () => running ?? Promise.resolve() });
}
