import { networkInterfaces } from 'node:os';

const loopback = '127.0.0.1';

/**
 * The address under which other machines reach what is bound to `bind`. Of a machine with several networks it is the
 * first one's, IPv4 before IPv6; without a network it is loopback.
 *
 * @param bind an IP address; 0.0.0.0 and :: are every address of this machine
 */
export function ownAddress(bind: string, interfaces = networkInterfaces()): string {
  if (bind !== '0.0.0.0' && bind !== '::') return bind;
  const outside = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    // A link-local one means nothing without the name of the interface.
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const [first] = [...outside.filter(({ family }) => family === 'IPv4'), ...outside];
  return first?.address ?? loopback;
}
