import type { MapResult } from '@penstock/client';
import { count, duration } from '@penstock/figures';
import { cut } from './cut.js';
import { renderTable } from './table.js';

/** Rows that people read; who wants more asks for JSON. */
const ROWS_SHOWN = 100;
const RESULT_WIDTH = 44;

/** How a file's task has ended. */
export type FileResult = MapResult<unknown, unknown> & { readonly file: string };

/** How all of them have ended: those that failed first, then by the order of the files. */
export function renderMapReport(results: readonly FileResult[], elapsedMs: number): readonly string[] {
  const failed = results.filter(({ ok }) => !ok).length;
  const sorted = results.toSorted((a, b) => Number(a.ok) - Number(b.ok) || a.index - b.index);
  const more = results.length - ROWS_SHOWN;
  return [
    renderTable(
      ['file', 'state', 'result', { figures: 'ran' }, 'worker'],
      sorted
        .slice(0, ROWS_SHOWN)
        .map((result) => [
          result.file,
          result.ok ? 'done' : 'failed',
          cut(result.ok ? inOneLine(result.value) : result.error.message, RESULT_WIDTH),
          duration(result.runMs),
          result.worker ?? '-',
        ]),
    ),
    ...(more > 0 ? [`and ${count(more)} more; --json prints all of them`] : []),
    `${count(results.length - failed)} done, ${count(failed)} failed, in ${duration(elapsedMs)}`,
  ];
}

function inOneLine(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
