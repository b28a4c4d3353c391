import { expect, it } from 'vitest';
import { jsonLine, tableRow } from './report.js';

const result = {
  case: 'queued=1000',
  unit: 'ns/dispatch',
  median: 1_234.56,
  min: 1_000,
  max: 2_000,
  ratio: 1.0449,
  runs: 7,
  details: { batch: 50 },
};

it('writes a case as one line of JSON, its details beside its figures', () => {
  expect(jsonLine('dispatch', result)).toBe(
    '{"bench":"dispatch","case":"queued=1000","unit":"ns/dispatch","median":1234.56,"min":1000,"max":2000,"ratio":1.0449,"runs":7,"batch":50}',
  );
});

it('writes a case as a row with three digits of each figure', () => {
  expect(tableRow(result).replaceAll(/ +/g, ' ')).toBe(
    'queued=1000 1,230 ns/dispatch 1,000 to 2,000 1.04 x batch 50',
  );
});
