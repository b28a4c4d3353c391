import { toEnvironment } from '@penstock/parameters';
import { fileURLToPath } from 'node:url';
import { tokenVariable, type OwnToken } from '../cluster/own-token.js';
import { CommandError } from '../command-error.js';
import type { Host } from '../host.js';
import { answers, BalancerHttp, until } from './balancer-http.js';
import { healthUrl, httpUrl, monitorUrl, type LocalParameters } from './local-parameters.js';
import { PartEndedError } from './part-ended-error.js';
import { keyVariables } from './part-keys.js';
import type { PartName } from './part-name.js';
import { Part } from './part.js';

const READY_MS = 60_000;
/** How long workers that are slower than the first one are waited for. */
const ALL_READY_MS = 5_000;
/**
 * How long each part may take to stop before it is killed. The balancer stops last, when nobody needs it any more: with
 * room for a slow machine, that is less than 5 seconds in all.
 */
const STOP_MS: Readonly<Record<PartName, number>> = {
  hub: 2_000,
  healthcheck: 2_000,
  monitor: 2_000,
  balancer: 1_000,
};
/** The packages of the parts' programs. */
const packages: Readonly<Record<PartName, string>> = {
  balancer: '@penstock/balancer',
  hub: '@penstock/worker-hub',
  healthcheck: '@penstock/healthcheck',
  monitor: '@penstock/monitor',
};
/** What the user shows to the HTTP ports is nobody's business who runs tasks. */
const noToken = { [tokenVariable]: undefined, PENSTOCK_TOKEN_FILE: undefined };
const nameWidth = Math.max(...Object.keys(packages).map(({ length }) => length));

/** A balancer and what depends on it, started here and stopped together. */
export class Cluster {
  readonly http: BalancerHttp;
  private readonly parts: Part[] = [];
  private isStopping = false;

  /**
   * @param token that it shows to the balancer
   * @param onFailed a part ended although nobody had asked it to
   */
  constructor(
    readonly parameters: LocalParameters,
    token: OwnToken,
    private readonly host: Host,
    private readonly onFailed: (error: PartEndedError) => void,
  ) {
    this.http = new BalancerHttp(httpUrl(parameters.values), token);
  }

  /**
   * Starts these parts, and resolves when tasks can be handed in and will run.
   *
   * @throws CommandError when that takes too long; the signal's reason when that is aborted
   */
  async start(parts: readonly PartName[], signal: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(READY_MS);
    const either = AbortSignal.any([signal, late]);
    try {
      this.spawn('balancer');
      await until(() => this.http.isReady(), either);
      const hub = this.spawn('hub');
      for (const name of parts) if (name !== 'balancer' && name !== 'hub') this.spawn(name);
      await until(() => this.hubIs(hub, (window) => window > 0), either);
      await this.allWorkers(hub, either);
      await Promise.all(this.pages(parts).map((url) => until(() => answers(url), either)));
    } catch (error) {
      if (!late.aborted || signal.aborted) throw error;
      throw new CommandError(`Penstock was not ready after ${READY_MS / 1000} seconds`);
    }
  }

  /**
   * Stops the hub, which finishes or hands back what it runs, and who watches, then the balancer.
   *
   * @returns the parts that did not stop in time and were killed
   */
  async stop(): Promise<readonly PartName[]> {
    this.isStopping = true;
    const [balancer, ...others] = this.parts;
    const stopped = await Promise.all(others.map(stopPart));
    if (balancer !== undefined) stopped.push(await stopPart(balancer));
    return stopped.filter((killed) => killed !== undefined);
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

  /** Where those of these parts that are web servers answer. */
  private pages(parts: readonly PartName[]): readonly string[] {
    const { values } = this.parameters;
    const pages: Partial<Record<PartName, string>> = {
      healthcheck: `${healthUrl(values)}/health/live`,
      monitor: monitorUrl(values),
    };
    return parts.map((name) => pages[name]).filter((url) => url !== undefined);
  }

  private spawn(name: PartName): Part {
    const manifest = import.meta.resolve(`${packages[name]}/package.json`);
    const { env, cwd, terminal } = this.host;
    const prefix = `${name.padEnd(nameWidth)} | `;
    const part = new Part(name, {
      script: fileURLToPath(new URL('dist/main.js', manifest)),
      env: {
        ...env,
        ...toEnvironment(this.parameters),
        ...keyVariables(name, this.parameters.values),
        ...noToken,
      },
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

/** Stops a part, and kills it when it takes too long: then gives its name. */
async function stopPart(part: Part): Promise<PartName | undefined> {
  let killed: PartName | undefined;
  const timer = setTimeout(() => {
    killed = part.name;
    part.signal('SIGKILL');
  }, STOP_MS[part.name]);
  if (part.isRunning) part.signal('SIGTERM');
  await part.ended;
  clearTimeout(timer);
  return killed;
}
