import { PenstockError } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { Outage } from './outage.js';

function start(timeoutMs: number) {
  const warnings: PenstockError[] = [];
  const failures: PenstockError[] = [];
  const actions = {
    warn: (warning: PenstockError) => void warnings.push(warning),
    fail: (error: PenstockError) => void failures.push(error),
  };
  return { outage: new Outage('tcp://127.0.0.1:5799', timeoutMs, actions), warnings, failures };
}

describe('an outage', () => {
  it('is warned of once, after 5 s in which tasks wait', () => {
    const { outage, warnings, failures } = start(Infinity);
    expect(outage.nextDeadline).toBe(Infinity);
    outage.begin(1_000);
    outage.begin(3_000);
    expect(outage.nextDeadline).toBe(6_000);
    outage.tick(5_999, 7);
    expect(warnings).toEqual([]);
    outage.tick(6_000, 7);
    outage.tick(60_000, 7);
    expect(warnings.map(({ message }) => message)).toEqual([
      'no balancer has welcomed this client at tcp://127.0.0.1:5799 for 5.0 s; 7 tasks wait for one. npm start in ' +
        'the Penstock checkout starts one here; host, port or endpoint of the TaskClient say where it is',
    ]);
    expect(failures).toEqual([]);
    expect(outage.nextDeadline).toBe(Infinity);
  });

  it('is warned of again when it is another one', () => {
    const { outage, warnings } = start(Infinity);
    for (const beginsAt of [0, 100_000]) {
      outage.begin(beginsAt);
      outage.tick(beginsAt + 5_000, 1);
      outage.end();
    }
    expect(warnings).toHaveLength(2);
  });

  it('lets tasks fail after its timeout, with the reason if there is one', () => {
    const { outage, warnings, failures } = start(8_000);
    const refusal = new PenstockError('SHUTTING_DOWN', 'it is late');
    outage.begin(0);
    outage.onRefused(refusal);
    outage.tick(5_000, 1);
    expect(outage.nextDeadline).toBe(8_000);
    outage.tick(8_000, 1);
    expect(warnings).toHaveLength(1);
    expect(failures).toMatchObject([{ code: 'CONNECTION_LOST', cause: refusal }]);
    expect(outage.nextDeadline, 'until tasks wait again').toBe(Infinity);
  });

  it('does not warn before a timeout that is shorter', () => {
    const { outage, warnings, failures } = start(100);
    outage.begin(0);
    outage.tick(100, 1);
    expect([warnings.length, failures.length]).toEqual([0, 1]);
  });
});
