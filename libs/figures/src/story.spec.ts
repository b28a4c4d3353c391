import { describe, expect, it } from 'vitest';
import { causeText, storyOf } from './story.js';

describe("a task's story", () => {
  it('says of each thing what happened, where and why, and how long after the first it was', () => {
    const story = storyOf([
      { at: 1_000, event: 'accepted' },
      { at: 1_005, event: 'dispatched', attempt: 1, hub: 'hub-1' },
      { at: 1_010, event: 'started', attempt: 1, hub: 'hub-1', worker: 'w1' },
      {
        at: 1_500,
        event: 'failed',
        attempt: 1,
        cause: 'failed',
        worker: 'w1',
        error: { name: 'TypeError', message: 'no' },
      },
      { at: 3_000, event: 'dispatched', attempt: 2 },
      { at: 3_100, event: 'lost', attempt: 2, hub: 'hub-1', cause: 'hub-lost' },
      { at: 4_000, event: 'accepted' },
      { at: 5_000, event: 'failed', attempt: 3, cause: 'something-new' },
    ]);
    expect(story.map(({ afterMs, attempt, text, isBad }) => [afterMs, attempt, text, isBad])).toEqual([
      [0, undefined, 'accepted', false],
      [5, 1, 'dispatched to hub-1', false],
      [10, 1, 'started on w1', false],
      [500, 1, 'failed on w1', true],
      [2_000, 2, 'dispatched', false],
      [2_100, 2, 'lost on hub-1: its hub was lost', true],
      [3_000, undefined, 'run again', false],
      [4_000, 3, 'failed: something-new', true],
    ]);
    expect(story[3]?.error).toBe('TypeError: no');
  });

  it('is empty where nothing is known', () => {
    expect(storyOf([])).toEqual([]);
  });

  it.each([
    ['deadline', 'its time from submission to end was over'],
    ['a-word-of-tomorrow', 'a-word-of-tomorrow'],
  ])('has words for the cause %s', (cause, text) => {
    expect(causeText(cause)).toBe(text);
  });
});
