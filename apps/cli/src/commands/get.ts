import type { Command } from 'commander';
import type { BalancerApi, TaskView } from '../cluster/balancer-api.js';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { asDuration } from '../input/arguments.js';
import { StopRequest } from '../launch/stop-signals.js';
import { stoppable, unlessAborted } from '../stop.js';
import { renderTask } from '../views/task.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

/** The balancer lets nobody wait longer at a time. */
const WAIT_MS = 30_000;

interface GetFlags {
  readonly wait: boolean;
  readonly timeout?: number;
  readonly json: boolean;
}

/** `penstock get`: what is known of a task. */
export function getCommand(host: Host): Command {
  const command = clientCommand('get', 'Show a task: where it is, or how it has ended.', [
    'penstock get 019ab2c4-5d6e-7abc-8def-0123456789ab',
    'penstock get 019ab2c4-5d6e-7abc-8def-0123456789ab --wait --timeout 5m --json',
  ])
    .argument('<id>', 'its id, as submit has printed it')
    .option('-w, --wait', 'wait until it has ended; the exit code is 1 when it has not ended well', false)
    .option('--timeout <duration>', 'wait no longer than this; the exit code is 124', asDuration)
    .action(async (id: string, { wait, timeout = Infinity, json }: GetFlags) => {
      const api = await balancerOf(command, host);
      const task = wait ? await stoppable((signal) => ended(api, id, timeout, signal)) : await api.task(id);
      if (json) host.output.print(JSON.stringify(task));
      else for (const line of renderTask(task)) host.output.print(line);
      if (!wait) return;
      if (task.finishedAt === undefined) {
        throw new CommandError(`task ${task.name} has not ended in time; it goes on`, ExitCode.timedOut);
      }
      if (task.state !== 'done') process.exitCode = ExitCode.failed;
    });
  return command;
}

/** The task once it has ended, or as it is when the time is over. */
async function ended(
  api: BalancerApi,
  id: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TaskView> {
  const until = performance.now() + timeoutMs;
  try {
    for (;;) {
      const leftMs = Math.max(1, Math.ceil(until - performance.now()));
      const task = await unlessAborted(api.task(id, Math.min(WAIT_MS, leftMs)), signal);
      if (task.finishedAt !== undefined || performance.now() >= until) return task;
    }
  } catch (error) {
    if (!(error instanceof StopRequest)) throw error;
    throw new CommandError(`task ${id} goes on, it is not waited for any longer`, ExitCode.interrupted);
  }
}
