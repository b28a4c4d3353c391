import { systemClock, systemTimers, type Clock, type Random, type Timers } from '@penstock/runtime';
import type { OpenDealer } from '@penstock/zmq';
import { randomUUID } from 'node:crypto';

/** All that a client needs of the world, so that a simulation can be its world. */
export interface ClientPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** A name for this process that no other has. */
  readonly incarnation: () => string;
  /** Default: a socket of ZeroMQ. */
  readonly openDealer?: OpenDealer;
}

/** The real world. */
export const systemPorts: ClientPorts = {
  clock: systemClock,
  timers: systemTimers,
  random: Math.random,
  incarnation: randomUUID,
};
