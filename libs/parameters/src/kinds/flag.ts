import { z } from 'zod';
import type { Kind } from './kind.js';

const meanings: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

/** On or off: `true` or `false`; in the environment also `1` or `0`; on the command line the bare flag means `true`. */
export function flag(): Kind<boolean> {
  const expected = 'true or false';
  return {
    type: 'boolean',
    expected,
    schema: z.boolean({ error: `expected ${expected}` }),
    fromText: (text) => meanings[text.trim().toLowerCase()] ?? text,
    toText: String,
    bareFlag: true,
  };
}
