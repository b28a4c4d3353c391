import type { WorkerHub } from '@penstock/hub';

/** The hub behind the HTTP interface, which is there before the hub is; `main` sets it. */
export class RunningHub {
  hub: WorkerHub | undefined;
  isStopping = false;

  /** `ready`: it has a session with the balancer, and tasks may come. */
  get state(): 'starting' | 'ready' | 'disconnected' | 'stopping' {
    if (this.isStopping) return 'stopping';
    if (this.hub === undefined) return 'starting';
    return this.hub.probe().session === undefined ? 'disconnected' : 'ready';
  }
}
