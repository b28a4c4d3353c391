import { toEnvironment } from '@penstock/parameters';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.js';
import type { Host } from '../host.js';
import { BalancerHttp, until } from './balancer-http.js';
import { httpUrl, type LocalParameters } from './local-parameters.js';
import { PartEndedError } from './part-ended-error.js';
import type { PartName } from './part-name.js';
import { Part } from './part.js';

const READY_MS = 60_000;
/** How long workers that are slower than the first one are waited for. */
const ALL_READY_MS = 5_000;
/** How long each part may take to stop before it is killed: with room for a slow machine, together 5 seconds. */
const STOP_MS: Readonly<Record<PartName, number>> = { hub: 2_000, balancer: 1_000 };

/** A balancer and a hub, started here and stopped together. */
export class Cluster {
  readonly http: BalancerHttp;
  private readonly parts: Part[] = [];
  private isStopping = false;

  /** @param onFailed a part ended although nobody had asked it to */
  constructor(
    readonly parameters: LocalParameters,
    private readonly host: Host,
    private readonly onFailed: (error: PartEndedError) => void,
  ) {
    this.http = new BalancerHttp(httpUrl(parameters.values));
  }

  /**
   * Starts all parts, and resolves when tasks can be handed in and will run.
   *
   * @throws CommandError when that takes too long; the signal's reason when that is aborted
   */
  async start(signal: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(READY_MS);
    const either = AbortSignal.any([signal, late]);
    try {
      this.spawn('balancer', '@penstock/balancer');
      await until(() => this.http.isReady(), either);
      const hub = this.spawn('hub', '@penstock/worker-hub');
      await until(() => this.hubIs(hub, (window) => window > 0), either);
      await this.allWorkers(hub, either);
    } catch (error) {
      if (!late.aborted || signal.aborted) throw error;
      throw new CommandError(`Penstock was not ready after ${READY_MS / 1000} seconds`);
    }
  }

  /**
   * Stops the hub, which finishes or hands back what it runs, then the balancer.
   *
   * @returns the parts that did not stop in time and were killed
   */
  async stop(): Promise<readonly PartName[]> {
    this.isStopping = true;
    const killed: PartName[] = [];
    for (const part of this.parts.toReversed()) {
      const { name } = part;
      const timer = setTimeout(() => {
        killed.push(name);
        part.signal('SIGKILL');
      }, STOP_MS[name]);
      if (part.isRunning) part.signal('SIGTERM');
      await part.ended;
      clearTimeout(timer);
    }
    return killed;
  }

  /** Ends all parts at once. */
  kill(): void {
    this.isStopping = true;
    for (const part of this.parts) part.signal('SIGKILL');
  }

  /** Whether the balancer knows the hub, and each of its groups takes as much as is asked for. */
  private async hubIs(hub: Part, isEnough: (window: number, slots: number) => boolean): Promise<boolean> {
    const view = (await this.http.hubs()).find(({ pid }) => pid === hub.pid);
    return view?.groups.every(({ window, slots }) => isEnough(window, slots)) === true;
  }

  /** Waits for the last worker, but not for one that does not get up. */
  private async allWorkers(hub: Part, signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.timeout(ALL_READY_MS);
    await until(
      async () => patience.aborted || (await this.hubIs(hub, (window, slots) => window >= slots)),
      signal,
    );
  }

  private spawn(name: PartName, packageName: string): Part {
    const manifest = import.meta.resolve(`${packageName}/package.json`);
    const { env, cwd, terminal } = this.host;
    const prefix = `${name.padEnd('balancer'.length)} | `;
    const part = new Part(name, {
      script: fileURLToPath(new URL('dist/main.js', manifest)),
      env: { ...env, ...toEnvironment(this.parameters) },
      cwd,
      onLine: (line) => terminal.print(prefix + line),
    });
    this.parts.push(part);
    void part.ended.then((how) => {
      if (!this.isStopping) this.onFailed(new PartEndedError(name, how, part.lastLines));
    });
    return part;
  }
}
