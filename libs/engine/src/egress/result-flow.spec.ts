import type { Task } from '@penstock/scheduler';
import { expect, it } from 'vitest';
import { ResultFlow } from './result-flow.js';

const task = (slot: number): Task => ({ slot }) as Task;

it('lets results pass until so many bytes were sent and not collected, and one whatever its size', () => {
  const flow = new ResultFlow(1_000);
  expect(flow.takes(task(1), 5_000)).toBe(true);
  expect(flow.takes(task(2), 0)).toBe(false);
  flow.collected();
  expect(flow.next(() => 0)).toEqual(task(2));
  expect(flow.held).toBe(0);
});

it('keeps the order of those that wait, each once, and lets no later one overtake them', () => {
  const flow = new ResultFlow(1_000);
  const [first, second] = [task(1), task(2)];
  flow.sent(900);
  expect(flow.takes(first, 800)).toBe(false);
  expect(flow.takes(second, 0)).toBe(false);
  expect(flow.takes(first, 800)).toBe(false);
  expect(flow.held).toBe(2);
  expect(flow.next(() => 800)).toBeUndefined();
  flow.collected();
  expect(flow.next(() => 800)).toBe(first);
  flow.forget(second);
  expect(flow.next(() => 0)).toBeUndefined();
});

it('comes to nothing when all is collected, however much that was', () => {
  const flow = new ResultFlow(Infinity);
  for (let count = 0; count < 5_000; count++) flow.sent(count);
  for (let count = 0; count < 5_001; count++) flow.collected();
  expect(flow.sentBytes).toBe(0);
});
