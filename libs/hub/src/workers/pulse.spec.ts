import { describe, expect, it } from 'vitest';
import { Pulse, PULSE_MS } from './pulse.js';

function beats(pulse: Pulse, count: number): boolean[] {
  return Array.from({ length: count }, () => pulse.beat());
}

describe('a pulse', () => {
  it('is silent after three signs without an answer, and dead after ten', () => {
    const pulse = new Pulse();
    expect(beats(pulse, 2)).toEqual([true, true]);
    expect(pulse.silentMs).toBe(0);
    pulse.beat();
    expect(pulse.silentMs).toBe(3 * PULSE_MS);
    expect(beats(pulse, 8)).toEqual([...Array<boolean>(7).fill(true), false]);
  });

  it('begins anew with each answer', () => {
    const pulse = new Pulse();
    beats(pulse, 10);
    pulse.onAnswer();
    expect(pulse.silentMs).toBe(0);
    expect(beats(pulse, 10)).not.toContain(false);
  });
});
