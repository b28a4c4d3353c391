import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Both ends of a connection that goes through a link. */
interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** A way to a port of loopback that can be broken: the suite's own wire between a peer and the balancer. */
export class Link {
  private readonly pairs = new Set<Pair>();
  private isStalled = false;

  private constructor(
    /** For people. */
    readonly name: string,
    private readonly server: Server,
    private readonly to: number,
  ) {}

  /** Opens a way to a port, on which nobody need listen yet. */
  static async open(name: string, to: number): Promise<Link> {
    const server = createServer();
    const link = new Link(name, server, to);
    server.on('connection', (near) => link.onConnection(near));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resets all connections at both of their ends. */
  drop(): void {
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Nothing passes any more; connections stay open, and new ones can be made. */
  stall(): void {
    this.isStalled = true;
    for (const { near, far } of this.pairs) {
      near.pause();
      far.pause();
    }
  }

  /** What was held back passes. */
  resume(): void {
    this.isStalled = false;
    for (const { near, far } of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  close(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.server.close();
  }

  private onConnection(near: Socket): void {
    const far = connect(this.to, '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    this.lead(pair, near, far);
    this.lead(pair, far, near);
  }

  private lead(pair: Pair, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      if (to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => {
        if (!this.isStalled) from.resume();
      });
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.pairs.delete(pair);
      to.destroy();
    });
    if (this.isStalled) from.pause();
  }
}
