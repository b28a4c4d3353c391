/** `promise`, or after `timeoutMs` the error that `late` makes. */
export function withinMs<T>(promise: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
