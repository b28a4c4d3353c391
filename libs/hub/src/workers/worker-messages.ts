import {
  decodeEnvelope,
  isCall,
  Kind,
  leaseSchema,
  limits,
  parseMessage,
  readHead,
} from '@penstock/protocol';
import type { FromWorker, Watching } from '@penstock/worker/host';
import { z } from 'zod';
import type { Pulse } from './pulse.js';
import type { StartWatch } from './start-watch.js';
import type { WorkerListener } from './worker-handle.js';
import type { WorkerLife } from './worker-life.js';

const file = z.string().max(4_096);
const none = z.literal('none').optional();

/** What a worker may say. A task's code runs beside what says it, so the hub checks all of it. */
const fromWorker = {
  'worker.importing': z.object({ file }),
  'worker.ready': z.object({
    tasks: z
      .array(
        z.object({
          name: z.string().min(1).max(limits.nameBytes),
          file,
          fingerprint: z.string().max(256),
          isolation: z.object({ network: none, files: none }),
        }),
      )
      .max(4_096),
    broken: z.array(z.object({ file, reason: z.string().max(4_096) })).max(4_096),
  }),
  'worker.progress': leaseSchema.extend({ progress: z.number().min(0).max(100) }),
  'worker.failing': z.object({ message: z.string() }),
} satisfies { [P in keyof FromWorker]: z.ZodType<FromWorker[P]> };

const fromWatcher = {
  'watch.recalled': z.object({ from: z.int().nonnegative() }),
  'watch.claimed': z.object({ claimed: z.int().nonnegative() }),
} satisfies { [P in 'watch.recalled' | 'watch.claimed']: z.ZodType<Watching[P]> };

/**
 * Hands a message of a worker's runtime to the listener.
 *
 * @throws PenstockError when the message is not one that a worker sends
 */
export function readWorkerMessage(
  frames: readonly Uint8Array[],
  listener: WorkerListener,
  startWatch: StartWatch,
  life: WorkerLife,
): void {
  const [first] = frames;
  if (first === undefined) return;
  const { kind } = readHead(first);
  if (kind === Kind.outcome) listener.onOutcomes(frames);
  else if (kind === Kind.started) listener.onStarted(frames);
  else {
    const { envelope } = decodeEnvelope(first);
    if (!isCall(envelope) || !Object.hasOwn(fromWorker, envelope.pattern)) return;
    readControl(envelope.pattern as keyof typeof fromWorker, envelope.data, listener, startWatch, life);
  }
}

function readControl(
  pattern: keyof typeof fromWorker,
  data: unknown,
  listener: WorkerListener,
  startWatch: StartWatch,
  life: WorkerLife,
): void {
  switch (pattern) {
    case 'worker.importing':
      startWatch.onImporting(parseMessage(fromWorker[pattern], data, pattern).file);
      break;
    case 'worker.ready': {
      const { tasks, broken } = parseMessage(fromWorker[pattern], data, pattern);
      startWatch.close();
      listener.onReady(tasks, broken);
      break;
    }
    case 'worker.progress': {
      const { progress: percent, ...lease } = parseMessage(fromWorker[pattern], data, pattern);
      listener.onProgress(lease, percent);
      break;
    }
    case 'worker.failing':
      life.failure ??= parseMessage(fromWorker[pattern], data, pattern).message;
      break;
  }
}

/**
 * Hands a message of a worker's watching thread to the listener.
 *
 * @throws PenstockError when the message is not one that a watching thread sends
 */
export function readWatcherMessage(
  frames: readonly Uint8Array[],
  listener: WorkerListener,
  pulse: Pulse,
): void {
  const [first] = frames;
  if (first === undefined) return;
  const { envelope } = decodeEnvelope(first);
  if (!isCall(envelope)) return;
  const { pattern, data } = envelope;
  if (pattern === 'watch.recalled') {
    listener.onRecalled(parseMessage(fromWatcher[pattern], data, pattern).from);
  } else if (pattern === 'watch.claimed') {
    listener.onClaimed(parseMessage(fromWatcher[pattern], data, pattern).claimed);
  } else if (pattern === ('watch.alive' satisfies keyof Watching)) pulse.onAnswer();
}
