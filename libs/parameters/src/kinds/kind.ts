import type { z } from 'zod';

/**
 * What values of a parameter look like: how they are written, checked and resolved.
 *
 * `T` is the resolved value. `toText` and `fromText` are each other's inverse: what the one writes, the other
 * (followed by `schema`) reads back as the same value, so that a process can hand its parameters to another.
 */
export interface Kind<T> {
  /** One word for help texts, such as `duration`. */
  readonly type: string;
  /** What is accepted, to be read after "expected", such as `a port, 0 to 65535`. */
  readonly expected: string;
  /** Checks a JSON value and resolves it; each of its messages is a phrase such as `expected a port, 0 to 65535`. */
  readonly schema: z.ZodType<T>;
  /**
   * The JSON value that a text stands for, be it of the environment, the command line or a file. It never
   * throws: a text that makes no sense is given back as it is, so that `schema` refuses it like any wrong value.
   */
  readonly fromText: (text: string) => unknown;
  /** The shortest readable text for a resolved value. A method, so that a kind of `T` is a kind of `unknown` too. */
  toText(value: T): string;
  /** Whether the bare flag, without a value, means `true`. */
  readonly bareFlag?: true;
}

/** Makes `undefined` a value too: nothing is set, and the part that uses the parameter knows what to do then. */
export function optional<T extends {}>(kind: Kind<T>): Kind<T | undefined> {
  return {
    ...kind,
    schema: kind.schema.optional(),
    toText: (value) => (value === undefined ? '' : kind.toText(value)),
  };
}
