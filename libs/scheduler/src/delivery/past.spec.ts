import { expect, it } from 'vitest';
import { NO_PAST, remembered } from './past.js';

it('of many past attempts the first and the last 16 are kept', () => {
  let past = NO_PAST;
  for (let attempt = 1; attempt <= 100; attempt++) {
    past = remembered(past, {
      ...{ attempt, epoch: 1, dispatchedAt: 1, startedAt: 1, endedAt: 1 },
      ...{ worker: undefined, hub: 'A', how: 'failed' },
    });
    expect(past.length).toBe(Math.min(attempt, 32));
  }
  const kept = past.map(({ attempt }) => attempt);
  expect(kept.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  expect(kept.slice(16)).toEqual(Array.from({ length: 16 }, (_, index) => index + 85));
});
