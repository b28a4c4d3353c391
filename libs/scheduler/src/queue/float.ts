const scratch = new DataView(new ArrayBuffer(8));

/**
 * The smallest float64 above `value`. It makes "above maxP" a bound like "from minP on": both are then a first
 * priority that lies inside or outside.
 *
 * @param value finite
 */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  scratch.setFloat64(0, value);
  scratch.setBigInt64(0, scratch.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return scratch.getFloat64(0);
}
