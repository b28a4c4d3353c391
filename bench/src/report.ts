import type { Result } from './result.js';

/** A case as one line of JSON. */
export function jsonLine(bench: string, { details, ...result }: Result): string {
  return JSON.stringify({ bench, ...result, ...details });
}

/** A case as one row of a table. */
export function tableRow(result: Result): string {
  const { median, min, max, unit, ratio } = result;
  const details = Object.entries(result.details).map(([name, value]) => `${name} ${figure(value)}`);
  return [
    result.case.padEnd(32),
    `${figure(median)} ${unit}`.padStart(18),
    `${figure(min)} to ${figure(max)}`.padStart(20),
    `${figure(ratio)} x`.padStart(10),
    `  ${details.join(', ')}`,
  ].join('');
}

/** Three significant digits; whole numbers as they are. */
export function figure(value: number | string): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}
