import { describe, expect, it } from 'vitest';
import { ConnectionCount } from './connection-count.js';

const LATER_MS = 10_000;

function setup() {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => 0 };
  const count = new ConnectionCount(clock);
  const accept = (times: number): void => {
    for (let time = 0; time < times; time++) count.onAccepted();
  };
  const figures = () => ({
    open: count.open,
    handshaking: count.handshaking,
    failed: count.handshakesFailed,
  });
  return { clock, count, accept, figures };
}

describe('ConnectionCount', () => {
  it('tells those in their handshake from those past it', () => {
    const { count, accept, figures } = setup();
    accept(5);
    count.onShaken();
    count.onShaken();
    count.onFailed();
    count.onEnded();
    expect(figures()).toEqual({ open: 4, handshaking: 2, failed: 1 });
  });

  it('does not count who was refused as one whose handshake failed', () => {
    const { count, accept, figures } = setup();
    accept(1);
    count.onRefused();
    count.onEnded();
    expect(figures()).toEqual({ open: 0, handshaking: 0, failed: 0 });
  });

  it('has one whose handshake failed in it until that is gone', () => {
    const { count, accept, figures } = setup();
    accept(2);
    count.onShaken();
    count.onRefused();
    expect(figures()).toEqual({ open: 2, handshaking: 1, failed: 0 });
    count.onEnded();
    expect(figures()).toEqual({ open: 1, handshaking: 0, failed: 0 });
  });

  it('finds out about those of which nothing is told, when they must be over', () => {
    const { clock, count, accept, figures } = setup();
    accept(3);
    count.onShaken();
    clock.now = LATER_MS;
    // Two spoke another protocol: they are gone, or will be; that no handshake takes so long is what tells.
    count.onEnded();
    count.onEnded();
    expect(figures()).toEqual({ open: 1, handshaking: 0, failed: 2 });
    accept(1);
    expect(figures()).toEqual({ open: 2, handshaking: 1, failed: 2 });
  });

  it('is right again after a handshake that took longer than any may', () => {
    const { clock, count, accept, figures } = setup();
    accept(1);
    clock.now = LATER_MS;
    expect(figures()).toEqual({ open: 1, handshaking: 0, failed: 1 });
    count.onShaken();
    expect(figures()).toEqual({ open: 1, handshaking: 0, failed: 0 });
    accept(1);
    expect(figures()).toEqual({ open: 2, handshaking: 1, failed: 0 });
  });

  it('remembers no more than some seconds of what came', () => {
    const { clock, count, accept } = setup();
    for (clock.now = 0; clock.now < 100 * LATER_MS; clock.now += 500) {
      accept(1);
      count.onShaken();
    }
    expect((count as unknown as { recent: unknown[] }).recent.length).toBeLessThan(20);
  });
});
