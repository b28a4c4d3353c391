/** Penstock did not keep a promise. Whoever runs the simulation catches it and tells the seed. */
export class Violation extends Error {
  override readonly name = 'Violation';

  /** @param rule which promise, as docs/simulation.md lists them */
  constructor(
    readonly rule: string,
    message: string,
  ) {
    super(message);
  }
}

/** @throws Violation of `rule` unless `condition` holds */
export function promise(
  condition: boolean,
  rule: string,
  message: string | (() => string),
): asserts condition {
  if (!condition) throw new Violation(rule, typeof message === 'string' ? message : message());
}
