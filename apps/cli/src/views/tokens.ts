import type { TokenEntry } from '@penstock/access';
import { duration } from '@penstock/figures';
import { cut } from './cut.js';
import { renderTable } from './table.js';

/** Tokens, a line each. */
export function renderTokens(tokens: readonly TokenEntry[], now: number): string {
  return renderTable(
    ['token', 'role', 'made', 'expires', 'users', 'tasks'],
    tokens.map(({ name, role, created, expires, users, tasks }) => [
      name,
      role,
      `${roughly(now - Date.parse(created))} ago`,
      expires === undefined ? 'never' : until(Date.parse(expires) - now),
      role === 'client' ? inWords(users ?? [name]) : '',
      role === 'client' ? inWords(tasks ?? '*') : '',
    ]),
  );
}

function until(leftMs: number): string {
  return leftMs <= 0 ? 'has expired' : `in ${roughly(leftMs)}`;
}

/** The first two figures of a duration will do. */
function roughly(ms: number): string {
  return duration(Math.max(0, ms)).split(' ').slice(0, 2).join(' ');
}

function inWords(words: readonly string[] | '*'): string {
  return words === '*' ? 'all' : cut(words.join(' '), 24);
}
