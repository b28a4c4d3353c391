import type { HubProbeReply, ProbedWorker, SessionId } from '@penstock/protocol';
import type { Hub } from '../hub.js';
import type { SlotWorker } from '../slots/slot-worker.js';
import type { HubIdentity } from '../uplink/uplink.js';
import { version } from '../version.js';

/** Says how the hub is, to whoever asks. */
export class Prober {
  private readonly startedAt: number;

  /**
   * @param session the hub's session with the balancer, if it has one
   * @param now monotonic milliseconds
   */
  constructor(
    private readonly hub: Hub,
    private readonly identity: HubIdentity,
    private readonly session: () => SessionId | undefined,
    private readonly now: () => number,
  ) {
    this.startedAt = now();
  }

  reply(): HubProbeReply {
    const session = this.session();
    return {
      name: this.identity.name,
      incarnation: this.identity.incarnation,
      pid: process.pid,
      version,
      uptimeMs: this.now() - this.startedAt,
      ...(session === undefined ? {} : { session }),
      held: this.hub.table.held.size,
      workers: this.hub.table.groups.flatMap(({ workers }) => workers.map((worker) => this.worker(worker))),
    };
  }

  private worker(worker: SlotWorker): ProbedWorker {
    const silentMs = this.hub.workforce.silentMs(worker);
    return { name: worker.name, state: silentMs > 0 ? 'silent' : stateOf(worker), silentMs };
  }
}

function stateOf({ state, load }: SlotWorker): ProbedWorker['state'] {
  if (state === 'starting') return 'starting';
  return load > 0 ? 'busy' : 'idle';
}
