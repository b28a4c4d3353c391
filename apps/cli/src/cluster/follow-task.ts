import { PenstockError, type Acceptance, type TaskHandle } from '@penstock/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { StopRequest } from '../launch/stop-signals.js';
import { unlessAborted } from '../stop.js';

/** After how long, and then how often, it is told why a task does not run. */
const LOOK_MS = 2_000;

/**
 * Waits until the balancer has the task. It may run before that, while the disk is slow.
 *
 * @throws CommandError when the user waits no longer; why it was refused
 */
export async function untilAccepted(task: TaskHandle, signal: AbortSignal): Promise<Acceptance> {
  try {
    return await unlessAborted(task.accepted, signal);
  } catch (error) {
    if (!(error instanceof StopRequest)) throw error;
    const { name, id } = task;
    throw new CommandError(
      `task ${name} was sent and is not acknowledged yet: "penstock get ${id} --wait" says what became of it`,
      ExitCode.interrupted,
    );
  }
}

/** How a task is waited for. */
export interface FollowOptions {
  /** How long at most, in milliseconds. Default: as long as it takes. */
  readonly timeout?: number;
}

/**
 * Waits for a task's result. Shows how far it is, and why it waits.
 *
 * @throws CommandError when it has not ended in time, or the user waits no longer; what the task has failed with
 */
export async function followTask(
  task: TaskHandle,
  { notes }: Pick<Host, 'notes'>,
  { timeout }: FollowOptions,
  signal: AbortSignal,
): Promise<unknown> {
  const over = new AbortController();
  const shown = showProgress(task, notes, over.signal);
  void tellWhyItWaits(task, notes, over.signal);
  try {
    return await unlessAborted(task.result(timeout === undefined ? {} : { timeoutMs: timeout }), signal);
  } catch (error) {
    if (error instanceof StopRequest)
      throw new CommandError(goesOn('it is not waited for any longer', task), ExitCode.interrupted);
    if (error instanceof PenstockError && error.code === 'DEADLINE_EXCEEDED')
      throw new CommandError(goesOn('it has not ended in time', task), ExitCode.timedOut);
    throw error;
  } finally {
    over.abort();
    await shown;
  }
}

function goesOn(why: string, { name, id }: TaskHandle): string {
  return `task ${name} goes on, ${why}: "penstock get ${id} --wait" waits for it, "penstock cancel ${id}" ends it`;
}

/** A bar from the first time that the handler says how far it is. */
async function showProgress(task: TaskHandle, notes: Host['notes'], signal: AbortSignal): Promise<void> {
  const steps = task.progress();
  signal.addEventListener('abort', () => void steps.return?.());
  let bar: ReturnType<Host['notes']['progress']> | undefined;
  let shown = 0;
  try {
    for await (const percent of steps) {
      if (signal.aborted) break;
      bar ??= notes.progress(task.name, 100);
      for (; shown < Math.floor(percent); shown++) bar.advance();
    }
  } finally {
    // A result may overtake the last report.
    if (task.outcome?.ok === true) for (; shown < 100; shown++) bar?.advance();
    bar?.end();
  }
}

async function tellWhyItWaits(task: TaskHandle, notes: Host['notes'], signal: AbortSignal): Promise<void> {
  let told: string | undefined;
  try {
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal });
      const { waitingFor } = await task.status();
      if (signal.aborted || waitingFor === undefined || waitingFor === told) continue;
      told = waitingFor;
      notes.print(`${task.name} waits: ${waitingFor}`);
    }
  } catch {
    // It has ended, or cannot be asked about: the result tells more.
  }
}
