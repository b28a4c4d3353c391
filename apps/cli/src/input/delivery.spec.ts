import { Command, InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { asBackoff, asTime, deliveryOf, takesKey, takesSubmission } from './delivery.js';

function typed(...args: string[]) {
  const command = takesKey(takesSubmission(new Command('submit'))).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  command.parse(args, { from: 'user' });
  return deliveryOf(command.opts());
}

describe('the flags for the rules of delivery', () => {
  it('are what the client library takes', () => {
    expect(
      typed(
        ...['--max-attempts', '5', '--backoff', 'exponential:1s:1m', '--attempt-timeout', '10s'],
        ...['--deadline', '1h', '--delay', '5m', '--queue-ttl', '2h', '--on-worker-loss', 'fail'],
        ...['--key', 'invoice 7', '--durability', 'disk'],
      ),
    ).toEqual({
      maxAttempts: 5,
      backoff: { kind: 'exponential', delayMs: 1_000, maxDelayMs: 60_000 },
      timeoutMs: 10_000,
      deadlineMs: 3_600_000,
      delayMs: 300_000,
      queueTtlMs: 7_200_000,
      onWorkerLoss: 'fail',
      idempotencyKey: 'invoice 7',
      durability: 'disk',
    });
  });

  it('say nothing where nothing was typed', () => {
    expect(typed()).toEqual({});
  });

  it('have a longest delay only where one is named', () => {
    expect(asBackoff('fixed:200')).toEqual({ kind: 'fixed', delayMs: 200 });
  });

  it.each(['', 'fixed', 'fixed:', 'linear:1s', 'fixed:1s:1m:1h', 'fixed:soon', 'fixed:1s:later'])(
    'refuse the back-off "%s"',
    (text) => {
      expect(() => asBackoff(text)).toThrow(InvalidArgumentError);
    },
  );

  it('take a time with and without a zone', () => {
    expect(asTime('2030-01-01T08:00:00+01:00').toISOString()).toBe('2030-01-01T07:00:00.000Z');
    expect(asTime('2030-01-01').getTime()).toBe(Date.UTC(2030, 0, 1));
  });

  it.each(['tomorrow', '2030', '2030-13-01'])('refuse the time "%s"', (text) => {
    expect(() => asTime(text)).toThrow(InvalidArgumentError);
  });

  it('refuse a delay together with a time', () => {
    expect(() => typed('--delay', '1s', '--run-at', '2030-01-01T00:00:00Z')).toThrow(/cannot be used with/);
  });
});
