import type { DealerSocketOptions } from '@penstock/zmq';
import type { Chance } from '../world/chance.js';
import type { Machine } from '../world/machine.js';
import type { World } from '../world/world.js';
import { Channel, type Message } from './channel.js';
import type { Link } from './link.js';
import type { SimRouter } from './sim-router.js';

/** When each end notices that a connection is no more, in milliseconds from then on; `Infinity` = never by itself. */
export interface Break {
  readonly dialler: number;
  readonly listener: number;
  /** Share of what is on its way that still arrives, per direction. */
  readonly toListener: number;
  readonly toDialler: number;
}

/** One connection, from its handshake on: a DEALER at one end, a peer of a ROUTER at the other. */
export class Connection {
  private readonly up: Channel;
  private readonly down: Channel;
  private diallerIsOpen = true;
  private listenerIsOpen = true;
  private isBroken = false;

  constructor(
    private readonly world: World,
    /** Routing id of the dialler, which the listener gave it. */
    readonly peer: Uint8Array,
    readonly dialler: Machine,
    readonly router: SimRouter,
    private readonly handlers: DealerSocketOptions,
    links: { readonly up: Link; readonly down: Link },
    chance: Chance,
    private readonly onDelivered: (
      connection: Connection,
      direction: 'up' | 'down',
      message: Message,
    ) => void,
  ) {
    this.up = new Channel(world, links.up, chance, (message) => this.arriveAtListener(message));
    this.down = new Channel(world, links.down, chance, (message) => this.arriveAtDialler(message));
  }

  /** Whether both ends take it for whole, and it is. */
  get isWhole(): boolean {
    return !this.isBroken && this.diallerIsOpen && this.listenerIsOpen;
  }

  /** Whether the listener can write to it: it has not noticed anything else. */
  get isWritable(): boolean {
    return this.listenerIsOpen;
  }

  get isOver(): boolean {
    return !this.diallerIsOpen && !this.listenerIsOpen;
  }

  sendUp(frames: readonly Uint8Array[]): void {
    if (this.diallerIsOpen) this.up.send(frames);
  }

  /** The dialler wrote to a machine that knows nothing of this connection, and was told so. */
  reset(afterMs: number): void {
    this.world.after(afterMs, '', () => this.dialler.run(() => this.noticedByDialler()));
  }

  sendDown(frames: readonly Uint8Array[]): void {
    if (this.listenerIsOpen) this.down.send(frames);
  }

  /** The connection is no more; each end learns of it in its own time. */
  break({ dialler, listener, toListener, toDialler }: Break): void {
    this.isBroken = true;
    this.up.cut(toListener);
    this.down.cut(toDialler);
    if (dialler !== Infinity)
      this.world.after(dialler, '', () => this.dialler.run(() => this.noticedByDialler()));
    if (listener !== Infinity) {
      this.world.after(listener, '', () => this.router.machine.run(() => this.noticedByListener()));
    }
  }

  /** The dialler has closed its socket; what it had sent may still arrive. */
  close(how: Break): void {
    if (!this.diallerIsOpen) return;
    this.diallerIsOpen = false;
    if (!this.isBroken) this.break({ ...how, dialler: Infinity });
  }

  private noticedByDialler(): void {
    if (!this.diallerIsOpen) return;
    this.diallerIsOpen = false;
    this.handlers.onDisconnected?.();
  }

  private noticedByListener(): void {
    this.listenerIsOpen = false;
    this.up.cut(0);
  }

  private arriveAtListener(message: Message): void {
    if (!this.listenerIsOpen) return;
    this.router.machine.run(() => {
      this.onDelivered(this, 'up', message);
      this.router.onMessage(this.peer, message.frames);
    });
  }

  private arriveAtDialler(message: Message): void {
    this.dialler.run(() => {
      if (!this.diallerIsOpen) return;
      this.onDelivered(this, 'down', message);
      void this.handlers.onMessage(message.frames);
    });
  }
}
