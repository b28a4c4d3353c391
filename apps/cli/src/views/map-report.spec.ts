import { PenstockError } from '@penstock/client';
import { expect, it } from 'vitest';
import { renderMapReport, type FileResult } from './map-report.js';

const run = { worker: 'w', attempt: 1, waitMs: 0, runMs: 12.3, payload: undefined };

function done(index: number, value: unknown): FileResult {
  return { ok: true, index, file: `file-${index}`, value, ...run };
}

it('begins with what has failed, and goes on in the order of the files', () => {
  const failed: FileResult = {
    ok: false,
    index: 3,
    file: 'file-3',
    error: new PenstockError('TASK_FAILED', 'no such\nfile'),
    ...run,
  };
  const lines = renderMapReport([done(2, { words: 3 }), done(1, 'text'), failed], 1_500)[0]?.split('\n');
  expect(lines?.map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
    ['FILE', 'STATE', 'RESULT'],
    ['file-3', 'failed', 'no such file'],
    ['file-1', 'done', 'text'],
    ['file-2', 'done', '{"words":3}'],
  ]);
});

it('cuts long results, counts bytes, and shows so many rows as people read', () => {
  const results = Array.from({ length: 250 }, (_, index) => done(index, 'x'.repeat(1_000)));
  const [table = '', more, sums] = renderMapReport([...results, done(250, new Uint8Array(7))], 1_500);
  expect(table.split('\n')).toHaveLength(101);
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThan(80);
  expect(more).toBe('and 151 more; --json prints all of them');
  expect(sums).toBe('251 done, 0 failed, in 1.5 s');
  expect(renderMapReport([done(0, new Uint8Array(7))], 1)[0]).toContain('7 bytes');
});
