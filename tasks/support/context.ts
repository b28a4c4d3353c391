import type { TaskContext } from '@penstock/worker';

/** The context of a task in a test, with what it told. */
export function testContext(controller: AbortController = new AbortController()) {
  const progress: number[] = [];
  const context: TaskContext = {
    taskId: '019ab2c4-5d6e-7abc-8def-0123456789ab' as TaskContext['taskId'],
    attempt: 1,
    name: 'test',
    userId: 'anonymous',
    priority: 0,
    worker: 'worker_00000000',
    arguments: {},
    timeoutMs: undefined,
    idempotencyKey: '019ab2c4-5d6e-7abc-8def-0123456789ab',
    signal: controller.signal,
    progress: (percent) => void progress.push(percent),
    log: () => undefined,
  };
  return { context, progress, controller };
}
