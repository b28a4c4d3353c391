import { describe, expect, it } from 'vitest';
import { KeyConnections } from './key-connections.js';

const peer = (number: number): Uint8Array => Buffer.from([0, number]);

/** A port whose connections come and go as a test says. */
function port(max: number) {
  const connections = new KeyConnections(max);
  let open = 0;
  const comes = (key: string): boolean => {
    open += 1;
    const isIn = connections.admit(key, open);
    if (!isIn) open -= 1;
    return isIn;
  };
  const goes = (): void => void (open -= 1);
  return { connections, comes, goes };
}

describe('KeyConnections', () => {
  it('lets the holders of a key have so many, whether these say anything or not, and others theirs', () => {
    const { connections, comes } = port(3);
    expect([comes('a'), comes('a'), comes('a'), comes('a')]).toEqual([true, true, true, false]);
    connections.prove(peer(1), 'a');
    connections.prove(peer(2), 'a');
    expect(comes('a')).toBe(false);
    expect([comes('b'), comes('b'), comes('b'), comes('b')]).toEqual([true, true, true, false]);
  });

  it('counts a connection once, however often it says whose it is', () => {
    const { connections, comes } = port(2);
    comes('a');
    for (let time = 0; time < 5; time++) connections.prove(peer(1), 'a');
    expect(comes('a')).toBe(true);
    expect(comes('a')).toBe(false);
  });

  it('has room again for one that was seen to be gone', () => {
    const { connections, comes, goes } = port(2);
    comes('a');
    connections.prove(peer(1), 'a');
    comes('a');
    connections.prove(peer(2), 'a');
    goes();
    expect(comes('a')).toBe(false);
    connections.forget(peer(1));
    expect(comes('a')).toBe(true);
  });

  it('finds out by itself that those are gone who had said nothing', () => {
    const { comes, goes } = port(4);
    for (let time = 0; time < 4; time++) comes('a');
    expect(comes('a')).toBe(false);
    for (let time = 0; time < 4; time++) goes();
    expect(comes('a')).toBe(true);
  });

  it('does not run full of a key that comes and goes for ever', () => {
    const { connections, comes, goes } = port(4);
    for (let time = 0; time < 1_000; time++) {
      expect(comes('a')).toBe(true);
      connections.prove(peer(1), 'a');
      goes();
      connections.forget(peer(1));
    }
    expect(connections.size).toBe(0);
  });

  it('counts a connection for the key that it has shown last', () => {
    const { connections, comes } = port(1);
    comes('a');
    connections.prove(peer(1), 'a');
    connections.prove(peer(1), 'b');
    expect([comes('a'), comes('b')]).toEqual([true, false]);
  });

  it('asks about all connections in turn', () => {
    const connections = new KeyConnections(100);
    for (let number = 0; number < 25; number++) connections.prove(peer(number), 'a');
    const asked = Array.from({ length: 10 }, () => connections.look()).flat();
    expect(new Set(asked.map(([, number]) => number)).size).toBe(25);
    expect(asked.length).toBeLessThanOrEqual(30);
  });
});
