/** How code that waits is called again, so that a simulation can own that as well. */
export interface Timers {
  /** Calls back once everything that has already happened was heard of. */
  soon(callback: () => void): void;
  /**
   * Calls back after `ms` milliseconds, unless cancelled before.
   *
   * @returns cancels it
   */
  after(ms: number, callback: () => void): () => void;
}

/** Those of this process. */
export const systemTimers: Timers = {
  soon: (callback) => void setImmediate(callback),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
