import { describe, expect, it } from 'vitest';
import { AllowedAddresses } from './allowed-addresses.js';

describe('the addresses that may be dialled', () => {
  const allowed = new AllowedAddresses(['127.0.0.0/8', '::1', '10.1.0.0/16', 'fd00::/8']);

  it.each(['127.0.0.1', '127.9.9.9', '::1', '10.1.2.3', 'fd12::1'])('have %s', async (address) => {
    expect(await allowed.resolve(address)).toBe(address);
  });

  it.each(['10.2.0.1', '192.0.2.1', '::2', '169.254.169.254', '::ffff:192.0.2.1'])(
    'do not have %s',
    async (address) => {
      expect(await allowed.resolve(address)).toBeUndefined();
    },
  );

  it('have a name by what it means', async () => {
    expect(['127.0.0.1', '::1']).toContain(await allowed.resolve('localhost'));
    expect(await new AllowedAddresses(['10.0.0.0/8']).resolve('localhost')).toBeUndefined();
    expect(await allowed.resolve('no-such-name.invalid')).toBeUndefined();
  });

  it('have those of the networks that the machine is in, if that is said', async () => {
    const common = { netmask: '255.255.0.0', mac: '', family: 'IPv4' } as const;
    const attached = new AllowedAddresses(['attached'], {
      lo: [{ ...common, address: '127.0.0.1', internal: true, cidr: '127.0.0.1/8' }],
      eth0: [{ ...common, address: '172.20.0.4', internal: false, cidr: '172.20.0.4/16' }],
    });
    expect(await attached.resolve('172.20.3.9')).toBe('172.20.3.9');
    expect(await attached.resolve('172.21.0.1')).toBeUndefined();
    expect(await attached.resolve('127.0.0.1')).toBeUndefined();
  });
});
