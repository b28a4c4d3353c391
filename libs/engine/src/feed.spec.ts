import { describe, expect, it } from 'vitest';
import { Feed, type FeedEvent } from './feed.js';

function watched(size = 10, rate = 500) {
  const feed = new Feed(size, rate);
  const seen: FeedEvent[] = [];
  const listener = (event: FeedEvent): void => void seen.push(event);
  feed.watch(listener, undefined);
  return { feed, seen, listener };
}

describe('Feed', () => {
  it('wants no task event while nobody watches', () => {
    expect(new Feed(10).wantsTaskEvent(0)).toBe(false);
  });

  it('tells its listeners of each event, with rising ids', () => {
    const { feed, seen } = watched();
    feed.publish('task', 'a');
    feed.publish('worker', 'b');
    expect(seen).toEqual([
      { id: 1, type: 'task', data: 'a' },
      { id: 2, type: 'worker', data: 'b' },
    ]);
  });

  it('gives a watcher that comes back what it missed', () => {
    const { feed, listener } = watched();
    for (const data of ['a', 'b', 'c']) feed.publish('task', data);
    feed.unwatch(listener, 0);
    feed.publish('task', 'd');
    expect(feed.watch(() => undefined, 2)?.map(({ data }) => data)).toEqual(['c', 'd']);
    expect(feed.watch(() => undefined, 4)).toEqual([]);
  });

  it('asks for a fresh look when what was missed is gone, or the id is of another life', () => {
    const { feed } = watched(3);
    for (const data of ['a', 'b', 'c', 'd', 'e']) feed.publish('task', data);
    expect(feed.watch(() => undefined, 1)).toBeUndefined();
    expect(feed.watch(() => undefined, 2)?.map(({ data }) => data)).toEqual(['c', 'd', 'e']);
    expect(feed.watch(() => undefined, 99)).toBeUndefined();
  });

  it('goes on recording for a minute after the last watcher has left', () => {
    const { feed, listener } = watched();
    feed.unwatch(listener, 1_000);
    expect(feed.wantsTaskEvent(60_999)).toBe(true);
    expect(feed.wantsTaskEvent(61_000)).toBe(false);
  });

  it('thins task events out above its rate, and counts what it skipped', () => {
    const { feed } = watched(10, 2);
    expect([1, 2, 3, 4].map((ms) => feed.wantsTaskEvent(ms))).toEqual([true, true, false, false]);
    expect(feed.takeSkipped()).toBe(2);
    expect(feed.takeSkipped()).toBe(0);
    expect(feed.wantsTaskEvent(1_000)).toBe(true);
  });
});
