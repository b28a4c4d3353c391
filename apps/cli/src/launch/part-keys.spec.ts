import { describe, expect, it } from 'vitest';
import { keyVariables, ownKey } from './part-keys.js';

const keys = { PENSTOCK_KEYS: '/keys/balancer', PENSTOCK_KEY: undefined };

describe('the keys of parts that are started together', () => {
  it('are those beside the balancer, each part having its own role alone', () => {
    expect(keyVariables('hub', keys)).toEqual({
      PENSTOCK_KEY: '/keys/worker/peer.key',
      PENSTOCK_KEYS: undefined,
    });
    expect(keyVariables('healthcheck', keys)).toMatchObject({ PENSTOCK_KEY: '/keys/health/peer.key' });
    expect(keyVariables('monitor', keys)).toEqual({ PENSTOCK_KEY: undefined, PENSTOCK_KEYS: undefined });
    // What the parameters say of its folder stays.
    expect(keyVariables('balancer', keys)).toEqual({ PENSTOCK_KEY: undefined });
  });

  it('are none where the balancer has none', () => {
    const own = { PENSTOCK_KEYS: undefined, PENSTOCK_KEY: 'mine.key' };
    expect(keyVariables('hub', own)).toMatchObject({ PENSTOCK_KEY: undefined });
  });

  it('leave the launcher the key that it was given, or that of clients', () => {
    expect(ownKey({ ...keys, PENSTOCK_KEY: 'mine.key' })).toBe('mine.key');
    expect(ownKey(keys)).toBe('/keys/client/peer.key');
    expect(ownKey({ PENSTOCK_KEYS: undefined, PENSTOCK_KEY: undefined })).toBeUndefined();
  });
});
