import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';

describe('a submission', () => {
  it('wants a finite priority', () => {
    const scenario = given();
    for (const priority of [NaN, Infinity, -Infinity]) {
      expect(scenario.refusal({ priority })).toBe('INVALID_PRIORITY');
    }
  });

  it('wants a name of 1 to 128 bytes without control characters', () => {
    const scenario = given();
    for (const name of ['', 'n'.repeat(129), 'é'.repeat(65), 'a\nb', '\u0000', '\u007f']) {
      expect(scenario.refusal({ name })).toBe('INVALID_NAME');
    }
    scenario.submit('a', { name: 'é'.repeat(64) });
    scenario.submit('b', { name: 'a b' });
  });

  it('wants a userId of at most 128 bytes without control characters', () => {
    const scenario = given();
    for (const user of ['u'.repeat(129), 'é'.repeat(65), 'a\tb']) {
      expect(scenario.refusal({ user })).toBe('INVALID_USER');
    }
    scenario.submit('a', { user: '' });
    scenario.submit('b', { user: 'é'.repeat(64) });
  });

  it('leaves nothing behind when it is refused', () => {
    const scenario = given();
    scenario.refusal({ name: '' });
    scenario.refusal({ user: '\n' });
    expect(scenario.scheduler.table.size).toBe(0);
    expect(scenario.scheduler.nextDeadline()).toBeUndefined();
  });
});

describe('the quota of a user', () => {
  it('counts queued tasks of all names', () => {
    const scenario = given({ queuedPerUser: 2 });
    scenario.submit('a1', { user: 'ann', name: 'T' });
    scenario.submit('a2', { user: 'ann', name: 'U' });
    expect(scenario.refusal({ user: 'ann' })).toBe('QUOTA_EXCEEDED');
    scenario.submit('b1', { user: 'bob' });
  });

  it('does not count running tasks', () => {
    const scenario = given({ queuedPerUser: 1 });
    scenario.hub('A');
    scenario.submit('a1');
    scenario.dispatch();
    scenario.submit('a2');
    expect(scenario.refusal()).toBe('QUOTA_EXCEEDED');
  });

  it('is no reason to lose a task that comes back', () => {
    const scenario = given({ queuedPerUser: 1 });
    scenario.hub('A');
    scenario.submit('a1');
    scenario.dispatch();
    scenario.submit('a2');
    expect(scenario.release('a1', 'worker-lost')).toEqual(['a1 waits again: worker-lost']);
    expect(scenario.refusal()).toBe('QUOTA_EXCEEDED');
    scenario.cancel('a1');
    expect(scenario.refusal()).toBe('QUOTA_EXCEEDED');
    scenario.cancel('a2');
    scenario.submit('a3');
  });

  it('of 0 is none', () => {
    const scenario = given({ queuedPerUser: 0 });
    for (let index = 0; index < 2_000; index++) scenario.submit(`t${index}`);
    expect(scenario.scheduler.queued).toBe(2_000);
  });
});

describe('the queue', () => {
  it('holds so many tasks', () => {
    const scenario = given({ queuedMax: 2 });
    scenario.submit('a', { user: 'ann' });
    scenario.submit('b', { user: 'bob' });
    expect(scenario.refusal({ user: 'cy' })).toBe('QUEUE_FULL');
    scenario.cancel('a');
    scenario.submit('c', { user: 'cy' });
  });

  it('holds so many bytes of payload, those of running tasks included', () => {
    const scenario = given({ payloadBytesMax: 100 });
    scenario.hub('A');
    scenario.submit('a', { bytes: 60 });
    scenario.dispatch();
    expect(scenario.refusal({ bytes: 41 })).toBe('QUEUE_FULL');
    scenario.submit('b', { bytes: 40 });
    expect(scenario.refusal({ bytes: 1 })).toBe('QUEUE_FULL');
    scenario.end('a');
    scenario.submit('c', { bytes: 60 });
  });
});
