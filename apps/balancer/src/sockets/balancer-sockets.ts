import { encodeEnvelope, Pattern, PenstockError } from '@penstock/protocol';
import type { ParameterName, ParameterValues } from '@penstock/parameters';
import { ZmqServer, type ZmqBindOptions } from '@penstock/nestjs-zeromq';
import type { RouterSocket, SocketCounters } from '@penstock/zmq';
import type { PortName } from '@penstock/keys';
import type { PeerSender } from '@penstock/engine';
import type { Gatekeeper } from './gatekeeper.js';
import { CLIENTS, CONTROL, HUBS } from './transports.js';

/** Room for the head, the record and the strings of a task beside its payload. */
const FRAME_OVERHEAD_BYTES = 256 * 1024;

/**
 * Messages that wait for a client that does not read; then its session is over. What is in them is bounded as well: a
 * batch has 64 KiB, and of results a client has no more than its window until it collects.
 */
const CLIENT_SEND_HIGH_WATER_MARK = 1_024;

/** Messages of a client that the balancer has not come to read; then that client is held up. */
const CLIENT_RECEIVE_HIGH_WATER_MARK = 32;

/** The control port carries no batches: a peer that does not read its answers loses some. */
const CONTROL_HIGH_WATER_MARK = 64;

/** Says nothing to whoever hears it, be it in a session or not. */
const ANYBODY_THERE = encodeEnvelope({ pattern: Pattern.heartbeat, data: {} });

/** The three ports of the balancer. Engine and controllers need them and they need nobody: the leaf of the modules. */
export class BalancerSockets {
  readonly clients: BalancerSocket;
  readonly hubs: BalancerSocket;
  readonly control: BalancerSocket;

  /** @throws PenstockError `CURVE_MISSING` */
  constructor(parameters: ParameterValues, gatekeeper: Gatekeeper) {
    const maxMessageBytes = parameters.LB_PAYLOAD_MAX + FRAME_OVERHEAD_BYTES;
    this.clients = new BalancerSocket(parameters, gatekeeper, 'clients', 'LB_CLIENTPULLPORT', CLIENTS, {
      maxMessageBytes,
      highWaterMark: CLIENT_SEND_HIGH_WATER_MARK,
      receiveHighWaterMark: CLIENT_RECEIVE_HIGH_WATER_MARK,
    });
    this.hubs = new BalancerSocket(parameters, gatekeeper, 'hubs', 'LB_WKPULLPORT', HUBS, {
      maxMessageBytes,
    });
    this.control = new BalancerSocket(parameters, gatekeeper, 'control', 'LB_HCREPPORT', CONTROL, {
      highWaterMark: CONTROL_HIGH_WATER_MARK,
    });
  }
}

/** One of the ports: a strategy for Nest to listen with, and a way to talk to its peers. */
export class BalancerSocket implements PeerSender {
  readonly strategy: ZmqServer;
  /** Told of a peer that is gone; set by whoever sends. */
  onUnreachable: (peer: Uint8Array) => void = () => undefined;

  constructor(
    parameters: ParameterValues,
    gatekeeper: Gatekeeper,
    readonly name: PortName,
    /** The parameter that moves this port. */
    readonly parameter: Extract<ParameterName, 'LB_CLIENTPULLPORT' | 'LB_WKPULLPORT' | 'LB_HCREPPORT'>,
    transportId: symbol,
    bounds: Pick<ZmqBindOptions, 'maxMessageBytes' | 'highWaterMark' | 'receiveHighWaterMark'>,
  ) {
    const host = parameters.LB_BIND.includes(':') ? `[${parameters.LB_BIND}]` : parameters.LB_BIND;
    const port = parameters[parameter];
    const { keys } = gatekeeper;
    this.strategy = new ZmqServer({
      bind: `tcp://${host}:${port === 0 ? '*' : port}`,
      transportId,
      ...(keys === undefined ? {} : { curve: keys }),
      admit: (caller) => gatekeeper.admits(this.name, caller, this.counters),
      callsPerSecond: parameters.LB_CALLS_PER_SECOND,
      ...bounds,
    });
    const connections = gatekeeper.connections[name];
    this.strategy.on('unreachable', (peer) => {
      connections.forget(peer);
      this.onUnreachable(peer);
    });
    // One that is gone is found out by writing to it; those with a session are written to anyway.
    gatekeeper.onLook(() => {
      for (const peer of connections.look()) this.send(peer, [ANYBODY_THERE]);
    });
  }

  send(peer: Uint8Array, frames: readonly Uint8Array[]): void {
    this.strategy.unwrap<RouterSocket>().send(peer, frames);
  }

  /** What came and went. */
  get counters(): SocketCounters {
    return this.strategy.unwrap<RouterSocket>().counters;
  }

  /** Where it is bound, once it is. */
  get endpoint(): string {
    return this.strategy.unwrap<RouterSocket>().endpoint;
  }
}

/** Whether an error is that of a port which another program has. */
export function isAddressInUse(error: unknown): boolean {
  return error instanceof PenstockError && error.code === 'ADDRESS_IN_USE';
}
