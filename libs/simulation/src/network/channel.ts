import type { Chance } from '../world/chance.js';
import type { World } from '../world/world.js';
import type { Link } from './link.js';

/** A message on its way. */
export interface Message {
  readonly frames: Uint8Array[];
  /** The frames as they were handed over: they must not have changed when they arrive. */
  readonly original: readonly Uint8Array[];
}

/**
 * One direction of one connection. Messages arrive in order and once, as TCP sees to; a break loses whatever was on its
 * way from some message on.
 */
export class Channel {
  private readonly queue: { readonly dueAt: number; readonly message: Message }[] = [];
  private isPumping = false;
  private lastDueAt = 0;
  private isCut = false;

  constructor(
    private readonly world: World,
    private readonly link: Link,
    private readonly chance: Chance,
    private readonly deliver: (message: Message) => void,
  ) {}

  send(frames: readonly Uint8Array[]): void {
    if (this.isCut) return;
    const { delayMs, jitterMs } = this.link;
    const dueAt = Math.max(this.lastDueAt, this.world.now + delayMs + this.chance.exponential(jitterMs));
    this.lastDueAt = dueAt;
    const copies = frames.map((frame) => Buffer.from(frame));
    this.queue.push({ dueAt, message: { frames: copies, original: frames } });
    this.pump();
  }

  /** Nothing that is sent from now on arrives; of what is on its way the first `share` may still do. */
  cut(share: number): void {
    if (this.isCut) return;
    this.isCut = true;
    this.queue.length = Math.floor(this.queue.length * share);
  }

  private pump(): void {
    const [first] = this.queue;
    if (this.isPumping || first === undefined) return;
    this.isPumping = true;
    this.world.after(first.dueAt - this.world.now, '', () => this.arrive());
  }

  private arrive(): void {
    if (this.link.isClogged) {
      this.link.whenFree(() =>
        this.world.after(this.chance.exponential(this.link.jitterMs), '', () => this.arrive()),
      );
      return;
    }
    this.isPumping = false;
    const first = this.queue.shift();
    if (first !== undefined) this.deliver(first.message);
    this.pump();
  }
}
