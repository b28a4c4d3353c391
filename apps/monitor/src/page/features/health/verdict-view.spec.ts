import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../api/client.js';
import { verdictView } from './verdict-view.js';

function verdict(status: Verdict['status'], over: Partial<Verdict> = {}): Verdict {
  return { status, checkedAt: 0, components: [], warnings: [], ...over };
}

const noWorkers = { code: 'NO_WORKERS' as const, subject: '', message: 'no workers', since: 0 };

describe('the verdict on top of the page', () => {
  it('is that all is well', () => {
    expect(verdictView(verdict('ok'), 'live')).toMatchObject({ text: 'all well', color: 'teal' });
  });

  it('counts warnings and what is down, and says the first', () => {
    expect(verdictView(verdict('warning', { warnings: [noWorkers] }), 'live')).toEqual({
      text: '1 warning',
      color: 'yellow',
      meaning: 'no workers',
    });
    const down = { kind: 'hub' as const, name: 'A', state: 'down' as const, message: '', since: 0 };
    expect(verdictView(verdict('down', { components: [down, down] }), 'live').text).toBe('2 down');
  });

  it('is sober when nobody checks', () => {
    expect(verdictView(undefined, 'connecting').text).toBe('checking');
    expect(verdictView(undefined, 'lost')).toMatchObject({ text: 'not checked', color: 'gray' });
  });
});
