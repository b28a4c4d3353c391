import type { Kind } from './kind.js';
import { quantity, type QuantityBounds } from './quantity.js';

const units = {
  B: 1,
  KB: 1_000,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000 ** 2,
  MiB: 1_024 ** 2,
  GB: 1_000 ** 3,
  GiB: 1_024 ** 3,
  TB: 1_000 ** 4,
  TiB: 1_024 ** 4,
};

/** A size such as `64KiB`, `16MiB`, `1GiB` or `10MB` (a million bytes); a bare number counts bytes. Resolved to bytes. */
export function size(bounds: QuantityBounds): Kind<number> {
  return quantity(
    {
      type: 'size',
      units,
      shownUnits: ['TiB', 'GiB', 'MiB', 'KiB', 'B'],
      hint: 'whole B, KiB, MiB, GiB, TiB, or KB, MB, GB, TB; a bare number counts bytes',
    },
    bounds,
  );
}
