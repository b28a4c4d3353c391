import { PenstockError } from '@penstock/protocol';

/** The transports that Penstock speaks. */
export type Transport = 'tcp' | 'ipc' | 'inproc';

const shape = /^(tcp|ipc|inproc):\/\/(.+)$/;
const tcpShape = /^(?:[^\s:/]+|\[[0-9a-fA-F:.%]+\]):(\d{1,5}|\*)$/;

/**
 * Checks an endpoint before libzmq sees it: libzmq takes port 99999 for 34463, and calls every other mistake
 * "Invalid argument".
 *
 * @param endpoint `tcp://host:port`, `ipc://path` or `inproc://name`
 * @throws PenstockError `INVALID_ADDRESS`
 */
export function transportOf(endpoint: string): Transport {
  const [, transport, rest = ''] = shape.exec(endpoint) ?? [];
  if (transport === undefined)
    throw invalid(endpoint, 'expected tcp://host:port, ipc://path or inproc://name');
  if (transport === 'tcp') {
    const port = tcpShape.exec(rest)?.[1];
    if (port === undefined) throw invalid(endpoint, 'expected tcp://host:port');
    if (port !== '*' && Number(port) > 65_535) throw invalid(endpoint, 'a port is at most 65535');
  }
  return transport as Transport;
}

/** Whether the endpoint names an IPv6 address, which libzmq takes only when it is told to. */
export function isIpv6(endpoint: string): boolean {
  return endpoint.startsWith('tcp://[');
}

/** Names what libzmq reports when an endpoint cannot be bound or dialled. */
export function endpointError(endpoint: string, cause: unknown): PenstockError {
  const code = errnoCode(cause);
  if (code === 'EADDRINUSE') return addressInUse(endpoint, cause);
  return invalid(endpoint, reasons[code ?? ''] ?? String(cause), cause);
}

/** The refusal of an address that somebody else has bound. */
export function addressInUse(endpoint: string, cause?: unknown): PenstockError {
  return new PenstockError(
    'ADDRESS_IN_USE',
    `${endpoint} is taken by another program: stop that one or choose another address`,
    { details: { endpoint }, cause },
  );
}

/** The `code` of an error as Node and libzmq give it, such as `EADDRINUSE`. */
export function errnoCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not bind it',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EINVAL: 'the host is unknown or malformed',
  ENODEV: 'this machine has no such network interface',
  ENOENT: 'the folder does not exist',
};

function invalid(endpoint: string, reason: string, cause?: unknown): PenstockError {
  return new PenstockError('INVALID_ADDRESS', `${endpoint} cannot be used: ${reason}`, {
    details: { endpoint },
    cause,
  });
}
