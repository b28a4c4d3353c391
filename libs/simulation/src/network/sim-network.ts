import type { DealerSocketOptions } from '@penstock/zmq';
import type { Chance } from '../world/chance.js';
import type { Machine } from '../world/machine.js';
import { promise } from '../world/violation.js';
import type { World } from '../world/world.js';
import type { Message } from './channel.js';
import { Connection, type Break } from './connection.js';
import { Link } from './link.js';
import { SimRouter, type RouterHandlers } from './sim-router.js';

/** libzmq's pause between tries to connect. */
const DIAL_AGAIN_MS = { low: 50, high: 1_000 };

/** Sees each message as it reaches its receiver. */
export type Tap = (connection: Connection, direction: 'up' | 'down', frames: readonly Uint8Array[]) => void;

/** How far a network's machines are from each other. */
export interface NetworkShape {
  readonly delayMs: number;
  readonly jitterMs: number;
}

/**
 * The network as ZeroMQ shows it: whole messages, in order within a connection, none twice. What goes wrong goes wrong
 * with connections: they break with what is on its way in them, one end may notice long before the other or the other
 * never, and the dialler comes back over a new one, whose frames may overtake those of the old one.
 */
export class SimNetwork {
  private readonly routers = new Map<string, SimRouter>();
  private readonly links = new Map<string, Link>();
  private readonly chance: Chance;
  private peers = 0;
  /** Whoever looks on. */
  tap: Tap = () => undefined;

  constructor(
    private readonly world: World,
    private readonly shape: NetworkShape,
  ) {
    this.chance = world.chance.split('network');
  }

  /** Binds an address; a router of an earlier life there is forgotten. */
  listen(address: string, machine: Machine, handlers: RouterHandlers): SimRouter {
    const router = new SimRouter(address, machine, handlers);
    this.routers.set(address, router);
    return router;
  }

  /** Dials until somebody answers. @param onConnected returns false when the dialler has lost interest */
  dial(
    machine: Machine,
    options: DealerSocketOptions,
    onConnected: (connection: Connection) => boolean,
  ): void {
    const up = this.link(processOf(machine), options.endpoint);
    const down = this.link(options.endpoint, processOf(machine));
    const roundTripMs = 2 * (up.delayMs + this.chance.exponential(up.jitterMs));
    this.world.after(roundTripMs, '', () => {
      const router = this.routers.get(options.endpoint);
      if (machine.isDead) return;
      if (router === undefined || router.machine.isDead || up.isClogged || down.isClogged) {
        const { low, high } = DIAL_AGAIN_MS;
        this.world.after(this.chance.between(low, high), '', () => this.dial(machine, options, onConnected));
        return;
      }
      machine.run(() => {
        const connection = this.connect(machine, router, options, { up, down });
        if (onConnected(connection)) router.add(connection);
      });
    });
  }

  /** A dialler closes its socket. What it has sent is read all the same, unless it did not wait for it to be sent. */
  hangUp(connection: Connection, lingerMs: number): void {
    const share = lingerMs > 0 ? 1 : this.chance.pick([1, 1, this.chance.random()]);
    const noticedMs = this.chance.happens(0.8) ? this.chance.between(0, 20) : Infinity;
    connection.close({ dialler: Infinity, listener: noticedMs, toListener: share, toDialler: 0 });
  }

  /** All connections of a process, as long as some end takes them for whole. */
  connectionsOf(process: string): Connection[] {
    const all = [...this.routers.values()].flatMap((router) => [...router]);
    return all.filter(
      ({ dialler, router }) => processOf(dialler) === process || processOf(router.machine) === process,
    );
  }

  /**
   * A process has died, or its machine has: then nobody tells the other ends, until they write to an address where
   * somebody else answers.
   */
  died(process: string, machineDiedToo: boolean): void {
    for (const connection of this.connectionsOf(process)) {
      const isListener = processOf(connection.router.machine) === process;
      const noticedMs = machineDiedToo ? Infinity : this.chance.between(0, 20);
      const share = this.chance.random();
      connection.break(
        isListener
          ? { dialler: noticedMs, listener: Infinity, toListener: 0, toDialler: share }
          : { dialler: Infinity, listener: noticedMs, toListener: share, toDialler: 0 },
      );
    }
  }

  /** Writing to an address where another life of the process answers by now ends a connection to the earlier one. */
  resetIfSuperseded(connection: Connection): void {
    const { router } = connection;
    const present = this.routers.get(router.address);
    if (present !== router && present?.machine.isRunning === true)
      connection.reset(this.chance.between(0, 20));
  }

  /** Breaks a connection somewhere on its way. */
  breakOne(connection: Connection): Break {
    const { chance } = this;
    const soon = (): number => chance.between(0, 50);
    const late = (): number => (chance.happens(0.5) ? Infinity : chance.between(100, 20_000));
    const [dialler, listener] = chance.pick([
      [soon(), soon()],
      [soon(), late()],
      [late(), soon()],
      [late(), late()],
    ] as const);
    const how = {
      dialler,
      listener,
      toListener: chance.pick([0, 1, chance.random()]),
      toDialler: chance.random(),
    };
    connection.break(how);
    return how;
  }

  /** The way from one process, or address, to another. */
  link(from: string, to: string): Link {
    const key = `${from}>${to}`;
    let link = this.links.get(key);
    if (link === undefined) {
      const { delayMs, jitterMs } = this.shape;
      const chance = this.chance.split(key);
      link = new Link(delayMs * chance.between(0.5, 2), jitterMs * chance.between(0.5, 2));
      this.links.set(key, link);
    }
    return link;
  }

  private connect(
    machine: Machine,
    router: SimRouter,
    options: DealerSocketOptions,
    links: { up: Link; down: Link },
  ): Connection {
    const peer = Buffer.alloc(5);
    peer.writeUInt32BE(++this.peers, 1);
    const chance = this.chance.split(`connection ${this.peers}`);
    return new Connection(
      this.world,
      peer,
      machine,
      router,
      options,
      links,
      chance,
      (connection, way, message) => this.onDelivered(connection, way, message),
    );
  }

  private onDelivered(connection: Connection, direction: 'up' | 'down', message: Message): void {
    const isSame = message.original.every(
      (frame, at) => Buffer.compare(frame, message.frames[at] ?? frame) === 0,
    );
    promise(isSame, 'frames-are-final', 'a frame was changed after it had been sent');
    this.tap(connection, direction, message.frames);
  }
}

/** The process of a machine, whichever of its lives it is. */
export function processOf({ name }: Machine): string {
  return name.split('#')[0] as string;
}
