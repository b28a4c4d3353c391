/** A terminal and npm may both pass on the same Ctrl-C: what comes this soon after the first is no second one. */
const SAME_MS = 300;

/** That the user wants it to end. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
}

/**
 * Watches for the signals that ask this process to stop.
 *
 * @param onFirst the first one
 * @param onSecond each further one: whoever asks twice does not want to wait
 * @returns call it to watch no longer
 */
export function watchStopSignals(onFirst: () => void, onSecond: () => void): () => void {
  let firstAt: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst();
    } else if (now - firstAt > SAME_MS) onSecond();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
