/** A value at a time. */
export interface Point {
  readonly minutes: number;
  readonly value: number;
}

/** Points that are compared at most: their pairs are as many as the square. */
const POINTS_MAX = 600;

/**
 * How fast a value grows per minute: the median of the slopes between all pairs of points. What a garbage collection
 * takes and gives, and single bad moments, do not move it.
 */
export function slopeOf(points: readonly Point[]): number {
  const step = Math.max(1, Math.ceil(points.length / POINTS_MAX));
  const some = points.filter((_, index) => index % step === 0);
  const slopes: number[] = [];
  for (const [index, a] of some.entries()) {
    for (const b of some.slice(index + 1)) {
      if (b.minutes > a.minutes) slopes.push((b.value - a.value) / (b.minutes - a.minutes));
    }
  }
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
