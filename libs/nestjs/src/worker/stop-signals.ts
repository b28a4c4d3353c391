const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** What has to stop before the process may end. */
const stops = new Set<() => Promise<void>>();

/**
 * Calls `stop` when a signal asks the process to end, which then ends as soon as all that is so registered has stopped.
 * Where others handle the signal as well, such as Nest with its shutdown hooks, it is theirs to end the process.
 *
 * @returns takes it back
 */
export function stopOnSignal(stop: () => Promise<void>): () => void {
  // First in line, to see who else listens: one that listens once is gone from the list when it is called.
  if (stops.size === 0) for (const signal of signals) process.prependListener(signal, onSignal);
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size === 0) for (const signal of signals) process.off(signal, onSignal);
  };
}

let isStopping = false;

function onSignal(signal: NodeJS.Signals): void {
  const isOurs = process.listenerCount(signal) === 1;
  // Whoever asks twice does not want to wait.
  if (isOurs && isStopping) process.exit(130);
  isStopping = true;
  void Promise.allSettled([...stops].map((stop) => stop())).then((ends) => {
    if (isOurs) process.exit(ends.every(({ status }) => status === 'fulfilled') ? 0 : 1);
  });
}
