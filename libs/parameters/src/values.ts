import type { Parameter } from './parameter.js';
import type { ParameterName, parameterTable } from './table/table.js';

/**
 * The resolved values by their parameters' names, which carry no unit: every duration is in milliseconds and every
 * size in bytes, whatever unit it was written in.
 */
export type ParameterValues = {
  readonly [N in ParameterName]: (typeof parameterTable)[N] extends Parameter<infer T> ? T : never;
};

/** Where a value came from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment' }
  | { readonly kind: 'command line' };

/** A value as it was given, not yet checked. */
export interface Given {
  /** A JSON value. A text means the same in a file as in the environment: "8080" is a port too. */
  readonly value: unknown;
  readonly source: Source;
}

/** The source in words, such as `parameters.json` or `environment`. */
export function describeSource(source: Source): string {
  return source.kind === 'file' ? source.path : source.kind;
}
