import { z } from 'zod';
import type { Kind } from './kind.js';

/** Bounds of a quantity, both included, written as a user would write them. */
export interface QuantityBounds {
  readonly min: string;
  readonly max: string;
}

interface QuantityRules {
  readonly type: string;
  /** Factor of each accepted unit, the smallest first; the smallest is also that of a bare number. */
  readonly units: Readonly<Record<string, number>>;
  /** Units for showing a value, the largest first: others are accepted only. */
  readonly shownUnits: readonly string[];
  /** What an error adds about how to write such a value. */
  readonly hint: string;
}

/** A whole number of something that has units, such as a duration; resolved to the smallest unit. */
export function quantity(rules: QuantityRules, bounds: QuantityBounds): Kind<number> {
  const pattern = new RegExp(`^(\\d+) ?(${Object.keys(rules.units).join('|')})?$`);
  const resolve = (input: unknown): number => {
    if (typeof input !== 'string') return typeof input === 'number' ? input : NaN;
    const [, digits, unit] = pattern.exec(input.trim()) ?? [];
    return Number(digits ?? NaN) * (unit === undefined ? 1 : (rules.units[unit] ?? NaN));
  };
  const min = resolve(bounds.min);
  const max = resolve(bounds.max);
  const expected = `a ${rules.type}, ${bounds.min} to ${bounds.max}`;
  return {
    type: rules.type,
    expected,
    schema: z.unknown().transform((input, context) => {
      const value = resolve(input);
      // Fractions are refused rather than rounded: half a millisecond would silently become something else.
      if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
      context.addIssue(`expected ${expected} (${rules.hint})`);
      return z.NEVER;
    }),
    fromText: (text) => text,
    toText: (value) => {
      const unit = rules.shownUnits.find((name) => value > 0 && value % (rules.units[name] ?? NaN) === 0);
      return unit === undefined ? String(value) : `${value / (rules.units[unit] ?? NaN)}${unit}`;
    },
  };
}
