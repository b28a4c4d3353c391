import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { startWorkerHub, type WorkerHub } from '@penstock/hub';
import { TEST_BALANCER } from '../test-balancer.js';
import { withoutBootLines } from './boot-lines.js';
import { locateContext } from './context-location.js';
import { isInsideWorker } from './inside-worker.js';
import { stopOnSignal } from './stop-signals.js';
import { hubSettings, type PenstockWorkerOptions } from './worker-options.js';
import { WORKER_CALLER, WORKER_OPTIONS } from './worker.module-definition.js';

/** The worker hub of an application: starts and stops with it. */
@Injectable()
export class WorkerRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Penstock');
  private running: WorkerHub | undefined;
  private refusal: Error | undefined;
  private stopping: Promise<void> | undefined;
  private forgetSignals = (): void => {};

  constructor(
    @Inject(WORKER_OPTIONS) private readonly options: PenstockWorkerOptions,
    @Inject(WORKER_CALLER) private readonly caller: string | undefined,
    @Optional() @Inject(TEST_BALANCER) private readonly testBalancer: string | undefined,
  ) {}

  /** The hub, once the application has started; `undefined` in workers and in tests, where there is none. */
  get hub(): WorkerHub | undefined {
    return this.running;
  }

  /** Why the hub gets no tasks; `undefined` when it does, and where there is to be none. */
  get trouble(): string | undefined {
    if (!this.hasHub) return undefined;
    if (this.stopping !== undefined) return 'the worker hub stops';
    if (this.refusal !== undefined) return `the balancer refuses the worker hub: ${this.refusal.message}`;
    if (this.running === undefined) return 'the worker hub has not started';
    return this.running.probe().session === undefined
      ? 'the worker hub is not connected to the balancer'
      : undefined;
  }

  /** @throws ScoutError when the module does not boot in a worker, WorkerContextError, RangeError */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.hasHub) return;
    const settings = hubSettings(this.options, locateContext(this.options.context, this.caller));
    this.running = await withoutBootLines(() =>
      startWorkerHub(settings, this.logger, (error) => this.onRefused(error)),
    );
    this.forgetSignals = stopOnSignal(() => this.stop());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** In workers the module is there because theirs imports it, in tests there is nobody to dial. */
  private get hasHub(): boolean {
    return !isInsideWorker() && this.testBalancer === undefined;
  }

  private onRefused(error: Error): void {
    this.refusal = error;
    this.logger.fatal(error);
  }

  /** Lets running tasks end, and gives the rest back. */
  private stop(): Promise<void> {
    this.stopping ??= (async () => {
      await this.running?.stop();
      this.forgetSignals();
    })();
    return this.stopping;
  }
}
