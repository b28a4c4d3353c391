import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGolden, type GoldenEnvelope } from '../test/golden.js';
import { isCall } from './envelope.js';
import { errorCodes } from './errors.js';
import { Kind } from './frame.js';
import { Pattern } from './messages/patterns.js';

const text = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

/** The rows of the table whose header begins with the given cells, each as the text of its cells. */
function table(...header: string[]): string[][] {
  const lines = text.split('\n').map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(cleaned),
  );
  const start = lines.findIndex((cells) => header.every((cell, index) => cells[index] === cell));
  const end = lines.findIndex((cells, index) => index > start && cells.length === 0);
  return start < 0 ? [] : lines.slice(start + 2, end);
}

function cleaned(cell: string): string {
  return cell.trim().replace(/^`(.*)`$/, '$1');
}

describe('PROTOCOL.md', () => {
  it('lists every kind under its number', () => {
    const rows = table('kind', 'name').map(([kind, name]) => [name, Number(kind)]);
    expect(Object.fromEntries(rows)).toEqual(Kind);
    expect(rows).toHaveLength(Object.keys(Kind).length);
  });

  it('lays out the records of every kind but the control message', () => {
    const kinds = table('kind', 'width').map(([kind]) => kind);
    expect(kinds).toEqual(Object.keys(Kind).filter((kind) => kind !== 'envelope'));
  });

  it('lists every pattern once', () => {
    const patterns = table('pattern').map(([pattern = '']) => pattern);
    expect(patterns.toSorted()).toEqual(Object.values(Pattern).toSorted());
  });

  it('lists every error code as the source has it', () => {
    const rows = table('code').map(([code = '', retryable, meaning]) => [
      code,
      { retryable: retryable === 'yes', meaning },
    ]);
    expect(Object.fromEntries(rows)).toEqual(errorCodes);
    expect(rows.map(([code]) => code)).toEqual(Object.keys(errorCodes));
  });
});

describe('the golden control messages', () => {
  const calls = readGolden<GoldenEnvelope[]>('envelope')
    .map(({ decoded }) => decoded.envelope)
    .filter(isCall);

  it('have an example of every pattern', () => {
    expect(new Set(calls.map(({ pattern }) => pattern))).toEqual(new Set(Object.values(Pattern)));
  });

  it('have an id where PROTOCOL.md says call, and none where it says event', () => {
    const kinds = new Map(table('pattern').map(([pattern, , kind]) => [pattern, kind]));
    for (const { pattern, id } of calls) {
      expect(`${pattern}: ${id === undefined ? 'event' : 'call'}`).toBe(`${pattern}: ${kinds.get(pattern)}`);
    }
  });
});
