import type { PenstockError } from '@penstock/protocol';
import type { BrokenFile, LoadedTask, TaskIsolation } from '@penstock/worker/host';
import type { Catalogue } from './catalogue/catalogue.js';
import type { GroupPlan } from './slots/slot-group.js';
import { describeIsolation } from './workers/isolation.js';
import type { OutputLine } from './workers/output-lines.js';

/** The part of Nest's LoggerService that the hub writes to. */
export interface LineLogger {
  log(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  debug?(message: string, fields?: object): void;
}

/** The hub's lines on the console, worded as people know them from the seeds. */
export class HubLog {
  constructor(private readonly logger: LineLogger) {}

  starting(name: string, endpoint: string): void {
    this.logger.log(
      `HUB - STARTING ${name} (Node.js ${process.version}, pid ${process.pid}), BALANCER AT ${endpoint}`,
    );
  }

  group(
    { name, kind, slots, minPriority, maxPriority, niceness, tasks }: GroupPlan,
    isolation: TaskIsolation,
  ): void {
    const size =
      kind === 'inline' ? `inline, ${slots} at a time` : `${slots} worker${slots === 1 ? '' : 's'}`;
    const band =
      minPriority === null && maxPriority === null
        ? 'any priority'
        : `priorities ${minPriority ?? 'any'} to ${maxPriority ?? 'any'}`;
    const nice = niceness === 0 ? '' : `, niceness ${niceness}`;
    const only = tasks === null ? '' : `, only ${tasks.join(', ')}`;
    const without = describeIsolation(isolation);
    this.logger.log(
      `HUB - GROUP ${name}: ${size}, ${band}${nice}${only}${without === '' ? '' : `, ${without}`}`,
    );
  }

  tasks({ tasks, broken }: Catalogue, folder: string): void {
    if (tasks.length === 0) this.logger.warn(`HUB - NO TASKS IN ${folder}`);
    else this.logger.log(`HUB - TASKS: ${tasks.map(inWords).join(', ')}`);
    for (const file of broken) this.broken(file);
  }

  broken({ file, reason }: BrokenFile): void {
    this.logger.warn(`HUB - TASK FILE ${file} IS BROKEN, SKIPPING IT: ${reason}`);
  }

  reloaded(changes: string, broken: readonly BrokenFile[]): void {
    this.logger.log(`HUB - TASKS RELOADED: ${changes === '' ? 'no task has changed' : changes}`);
    for (const file of broken) this.broken(file);
  }

  reloadFailed(why: string): void {
    this.logger.error(`HUB - TASKS NOT RELOADED: ${why}`);
  }

  ready(workers: number): void {
    this.logger.log(`HUB - READY (${workers} worker${workers === 1 ? '' : 's'})`);
  }

  probed(bind: string, port: number): void {
    this.logger.log(`HUB - PROBES ARE ANSWERED AT ${bind} PORT ${port}`);
  }

  workerReady(name: string): void {
    this.logger.debug?.(`HUB - WORKER ${name} IS READY`);
  }

  workerDied(name: string, reason: string, respawnMs: number): void {
    const next = respawnMs === 0 ? 'AT ONCE' : `IN ${Math.round(respawnMs)} ms`;
    this.logger.warn(`HUB - WORKER ${name} DIED (${reason}), A NEW ONE STARTS ${next}`);
  }

  workerKilled(name: string, reason: string): void {
    this.logger.warn(`HUB - KILLING WORKER ${name}: ${reason}`);
  }

  warning(message: string): void {
    this.logger.warn(`HUB - ${message}`);
  }

  connected(endpoint: string): void {
    this.logger.log(`HUB - CONNECTED TO THE LOAD BALANCER (${endpoint})`);
  }

  helloFailed(why: string, delayMs: number): void {
    this.logger.warn(`HUB - NO LOAD BALANCER: ${why}; NEXT TRY IN ${Math.round(delayMs)} ms`);
  }

  misunderstood({ code, message }: PenstockError): void {
    this.logger.warn(`HUB - THE LOAD BALANCER DID NOT UNDERSTAND THIS HUB: ${message} (${code})`);
  }

  disconnected(reason: string, held: number): void {
    this.logger.warn(
      `HUB - LOST THE LOAD BALANCER (${reason}), KEEPING ${held} TASK${held === 1 ? '' : 'S'}`,
    );
  }

  gaveUp(held: number): void {
    this.logger.warn(
      `HUB - THE LOAD BALANCER GAVE THIS HUB UP, DROPPING ${held} TASK${held === 1 ? '' : 'S'}`,
    );
  }

  unsettledFull(count: number): void {
    this.logger.warn(`HUB - ${count} RESULTS WAIT FOR THE LOAD BALANCER: NOTHING NEW IS BEGUN`);
  }

  draining(held: number): void {
    this.logger.log(`HUB - STOPPING, ${held} TASK${held === 1 ? '' : 'S'} IN HAND`);
  }

  exited(): void {
    this.logger.log('HUB - EXITED');
  }

  output(worker: string, stream: 'stdout' | 'stderr', { text, tag }: OutputLine): void {
    const fields = { worker, stream, ...tag };
    if (stream === 'stderr') this.logger.warn(`${worker}: ${text}`, fields);
    else this.logger.log(`${worker}: ${text}`, fields);
  }
}

/** A task's name, and what it does without. */
function inWords({ name, isolation }: LoadedTask): string {
  const without = describeIsolation(isolation);
  return without === '' ? name : `${name} (${without})`;
}
