import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ATTACHED_NETWORKS } from '@penstock/parameters';

/** The addresses that may be dialled: a hub says where it is probed, and that could be anywhere. */
export class AllowedAddresses {
  private readonly ranges = new BlockList();

  /** @param ranges addresses, ranges such as `10.0.0.0/8`, and `attached`: the networks of this machine as they are now */
  constructor(ranges: readonly string[], interfaces = networkInterfaces()) {
    const attached = Object.values(interfaces).flatMap((addresses) =>
      (addresses ?? []).flatMap(({ internal, cidr }) => (internal || cidr === null ? [] : [cidr])),
    );
    for (const range of ranges.flatMap((one) => (one === ATTACHED_NETWORKS ? attached : [one]))) {
      const [address = '', bits] = range.split('/');
      const family = familyOf(address);
      if (bits === undefined) this.ranges.addAddress(address, family);
      else this.ranges.addSubnet(address, Number(bits), family);
    }
  }

  /**
   * The address to dial for a host: what its name means just now, so that a name cannot mean one thing here and another
   * when it is dialled.
   *
   * @returns `undefined` when it may not be dialled, or means nothing
   */
  async resolve(host: string): Promise<string | undefined> {
    const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
    return addresses.find((address) => this.ranges.check(address, familyOf(address)));
  }
}

async function addressesOf(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
