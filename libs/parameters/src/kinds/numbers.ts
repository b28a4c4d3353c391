import type { Kind } from './kind.js';
import { wholeNumberSchema } from './schemas.js';

/** A TCP port. 0 lets the system choose a free one. */
export function port(): Kind<number> {
  return wholeNumber('port', 'a port, 0 to 65535', 0, 65_535);
}

/** How many of something; `of` names them in the plural, bounds are included. */
export function count(
  of: string,
  { min = 1, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): Kind<number> {
  const bounds = [
    ...(min > Number.MIN_SAFE_INTEGER ? [`at least ${min}`] : []),
    ...(max < Number.MAX_SAFE_INTEGER ? [`at most ${max}`] : []),
  ];
  return wholeNumber('number', [`a whole number of ${of}`, ...bounds].join(', '), min, max);
}

function wholeNumber(type: string, expected: string, min: number, max: number): Kind<number> {
  return {
    type,
    expected,
    schema: wholeNumberSchema(expected, min, max),
    fromText: (text) => (/^[+-]?\d+$/.test(text.trim()) ? Number(text) : text),
    toText: String,
  };
}
