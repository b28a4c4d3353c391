import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ownAddress } from './own-address.js';

function at(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, internal, netmask: '', mac: '', cidr: null };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

describe('the address of a hub', () => {
  it('is the one that it binds, if that is one', () => {
    expect(ownAddress('127.0.0.1')).toBe('127.0.0.1');
    expect(ownAddress('192.0.2.7')).toBe('192.0.2.7');
  });

  it('is the machine’s in its network where every address is bound', () => {
    const interfaces = { lo: [at('127.0.0.1', true)], eth0: [at('2001:db8::7'), at('172.18.0.5')] };
    expect(ownAddress('0.0.0.0', interfaces)).toBe('172.18.0.5');
    expect(ownAddress('::', interfaces)).toBe('172.18.0.5');
  });

  it('is one of IPv6 where there is no other, but none that only the link knows', () => {
    expect(ownAddress('::', { eth0: [at('fe80::1'), at('2001:db8::7')] })).toBe('2001:db8::7');
  });

  it('is loopback on a machine without a network', () => {
    expect(ownAddress('0.0.0.0', { lo: [at('127.0.0.1', true), at('::1', true)] })).toBe('127.0.0.1');
  });
});
