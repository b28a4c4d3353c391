import type { Dealer, DealerSocketOptions } from '@penstock/zmq';
import type { Machine } from '../world/machine.js';
import type { Connection } from './connection.js';
import type { SimNetwork } from './sim-network.js';

/** A DEALER of a simulated process. It dials again until somebody answers, as libzmq does. */
export class SimDealer implements Dealer {
  readonly tellsConnection = true;
  private connection: Connection | undefined;
  private isClosed = false;

  constructor(
    private readonly network: SimNetwork,
    private readonly machine: Machine,
    private readonly options: DealerSocketOptions,
  ) {}

  connect(): void {
    this.network.dial(this.machine, this.options, (connection) => {
      if (this.isClosed) return false;
      this.connection = connection;
      this.options.onConnected?.();
      return true;
    });
  }

  send(frames: readonly Uint8Array[]): void {
    if (this.isClosed || this.connection === undefined) return;
    this.connection.sendUp(frames);
    this.network.resetIfSuperseded(this.connection);
  }

  close(lingerMs = 0): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.connection !== undefined) this.network.hangUp(this.connection, lingerMs);
  }
}
