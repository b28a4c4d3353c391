const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Whole milliseconds of a duration such as `500ms`, `10s` or `2h`, as everywhere in Penstock; `undefined` = it is none. */
export function readDuration(text: string): number | undefined {
  const [, figure, unit = 'ms'] = /^(\d+)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  const unitMs = unitsMs[unit];
  if (figure === undefined || unitMs === undefined) return undefined;
  const ms = Number(figure) * unitMs;
  return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
}
