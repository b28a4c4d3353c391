import { PenstockError, TaskClient } from '../../src/index.js';

export async function charge(penstock: TaskClient, invoice: { id: string; cents: number }): Promise<string> {
  const task = penstock.submit('CHARGE', invoice, {
    idempotencyKey: `charge ${invoice.id}`, // submitted twice, charged once
    maxAttempts: 5,
    backoff: { kind: 'exponential', delayMs: 200, maxDelayMs: 30_000 },
    timeoutMs: 10_000, // each attempt
    deadlineMs: 3_600_000, // all of them
    durability: 'disk',
    retryRefusals: { maxWaitMs: 60_000 },
  });
  const { durability, known } = await task.accepted;
  try {
    await task.result();
    return `charged, ${known ? 'by an earlier submission' : `kept on ${durability}`}`;
  } catch (error) {
    if (!(error instanceof PenstockError)) throw error;
    const { code = error.code, cause = code } = error.details ?? {};
    return `not charged: ${String(cause)}`;
  }
}
