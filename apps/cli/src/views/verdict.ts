import { ago } from '@penstock/figures';
import type { HealthVerdict } from '@penstock/protocol';
import { renderTable } from './table.js';

const words = { ok: 'all well', warning: 'something needs a look', down: 'something is down' } as const;

/** What the health check finds. */
export function renderVerdict(
  { status, components, warnings }: HealthVerdict,
  now: number,
): readonly string[] {
  return [
    words[status],
    ...warnings.map(({ code, message, since }) => `${code}: ${message} (since ${ago(since, now)})`),
    '',
    renderTable(
      ['component', 'state', 'since', 'found'],
      components.map(({ kind, name, state, since, message }) => [
        kind === name ? name : `${kind} ${name}`,
        state,
        ago(since, now),
        message,
      ]),
    ),
  ];
}
