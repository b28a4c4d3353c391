/** Longest delay that a timer of Node takes, in milliseconds: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** `promise`, or after `timeoutMs` the error that `late` makes. What is longer than a timer can wait has no end. */
export function withinMs<T>(promise: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  if (timeoutMs > LONGEST_MS) return promise;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
