import { describe, expect, it } from 'vitest';
import { Liveness } from './liveness.js';

describe('Liveness', () => {
  const terms = { heartbeatMs: 100, lostMs: 1_000 };

  it('asks for a heartbeat when nothing was sent for the interval', () => {
    const liveness = new Liveness(terms, 0);
    expect(liveness.nextLookAt).toBe(100);
    expect(liveness.isHeartbeatDue(99)).toBe(false);
    expect(liveness.isHeartbeatDue(100)).toBe(true);
    liveness.onSent(100);
    expect(liveness.isHeartbeatDue(199)).toBe(false);
    expect(liveness.nextLookAt).toBe(200);
  });

  it('believes silence only at a second look, for the sockets may not have been read', () => {
    const liveness = new Liveness(terms, 0);
    liveness.onSent(30_000);
    expect(liveness.isSilent(999)).toBe(false);
    expect(liveness.isSilent(30_000)).toBe(false);
    expect(liveness.nextLookAt).toBe(30_010);
    expect(liveness.isSilent(30_010)).toBe(true);
  });

  it('forgets its suspicion when something is heard after all', () => {
    const liveness = new Liveness(terms, 0);
    expect(liveness.isSilent(30_000)).toBe(false);
    liveness.onHeard(30_001);
    expect(liveness.isSilent(30_010)).toBe(false);
    expect(liveness.isSilent(31_001)).toBe(false);
    expect(liveness.isSilent(31_011)).toBe(true);
  });
});
