import { z } from 'zod';

/** A whole number from `min` to `max`. */
export function wholeNumberSchema(expected: string, min: number, max: number): z.ZodType<number> {
  const error = `expected ${expected}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** One to `max` characters, blanks around them apart. */
export function textSchema(expected: string, max: number): z.ZodType<string> {
  const error = `expected ${expected}`;
  return z.string({ error }).trim().min(1, { error }).max(max, { error });
}
