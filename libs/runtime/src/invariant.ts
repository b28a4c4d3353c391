/**
 * A bug in Penstock itself, never a user's mistake: nobody catches it to go on.
 * `id` is unique in the source, so that a report finds the line.
 */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  constructor(
    readonly id: string,
    message: string,
  ) {
    super(`${id}: ${message}`);
  }
}

/**
 * Asserts what must hold if the code is right.
 *
 * @throws InvariantError when `condition` is false
 */
export function invariant(condition: boolean, id: string, message: string): asserts condition {
  if (!condition) throw new InvariantError(id, message);
}

/** For the `default` of a `switch` over a union: the compiler proves that it is never reached. */
export function assertNever(value: never): never {
  throw new InvariantError('RUN-001', `unexpected value ${JSON.stringify(value)}`);
}
