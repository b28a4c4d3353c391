import { OutcomeStatus } from '@penstock/protocol';
import { expect, it } from 'vitest';
import { engineFixture } from '../test/engine-fixture.js';

const TASKS_PER_TURN = 50;
const ROUNDS = 2_000;
/** Rounds whose results are none of the newest 16,384, which are left alone. */
const MOVED = 1_600;

/** How many pieces of memory are held for what is at some slots. */
function pieces(store: { bytes(slot: number): { buffer: Uint8Array } }, slots: readonly number[]): number {
  return new Set(slots.map((slot) => store.bytes(slot).buffer)).size;
}

it('results that nobody collects do not hold the memory of those that are collected', async () => {
  const { client, hub, turn, engine } = engineFixture({ collectedTtlMs: 0, finishedMax: 100_000 });
  const { partition } = engine;
  let john = client();
  const workers = hub([{ slots: TASKS_PER_TURN, window: TASKS_PER_TURN }]);
  const left: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // What it does not collect counts for its window.
    if (round % 40 === 0) john = client();
    for (let count = 0; count < TASKS_PER_TURN; count++) john.submit('HELLO');
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt, 'x'.repeat(100));
    await turn();
    for (const [index, { taskId }] of john.results().entries()) {
      if (index === 0) left.push(taskId);
      else john.collect(taskId);
    }
    await turn();
  }
  const slots = left.map((taskId) => engine.clients.find(taskId)?.slot ?? -1);
  expect(slots).toHaveLength(ROUNDS);
  for (const slot of slots) expect(partition.results.view(slot)).toHaveLength(102);
  // 160 kB of them in slabs of 64 kB. Left where they came, each slab has those of seven turns.
  expect(pieces(partition.results, slots.slice(0, MOVED))).toBeLessThan(8);
});

it('the rules of dead tasks do not hold the memory of others', async () => {
  const { client, hub, turn, engine } = engineFixture({ deadMax: 100 });
  const { partition } = engine;
  const john = client();
  const workers = hub([{ slots: TASKS_PER_TURN, window: TASKS_PER_TURN }]);
  const rules = { deadlineMs: 60_000 };
  for (let round = 0; round < 4; round++) {
    for (let count = 0; count < TASKS_PER_TURN; count++) john.submit('HELLO', null, { rules });
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt, {}, OutcomeStatus.failed);
    await turn();
  }
  expect(partition.options.size).toBe(100);
  for (const { buffer } of partition.options.values()) expect(buffer.buffer.byteLength).toBeLessThan(200);
});
