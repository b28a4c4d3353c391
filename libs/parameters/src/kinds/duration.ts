import type { Kind } from './kind.js';
import { quantity, type QuantityBounds } from './quantity.js';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `500ms`, `10s`, `10m`, `48h` or `7d`; a bare number counts milliseconds. Resolved to milliseconds. */
export function duration(bounds: QuantityBounds): Kind<number> {
  return quantity(
    {
      type: 'duration',
      units,
      // Not days: 48h says the same as 2d, and it is what the systems before us said.
      shownUnits: ['h', 'm', 's', 'ms'],
      hint: 'whole ms, s, m, h or d; a bare number counts milliseconds',
    },
    bounds,
  );
}

/** Milliseconds of a duration that a person wrote, such as `30s`; `undefined` = it is none. At most ten years. */
export function parseDuration(text: string): number | undefined {
  return duration({ min: '1ms', max: '3650d' }).schema.safeParse(text).data;
}
