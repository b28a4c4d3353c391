import { TaskClient, type TaskContract } from '../../src/index.js';

// What client and worker agree on; `typeof hello` of a task made by defineTask does as well.
interface Tasks {
  HELLO: TaskContract<{ firstName: string; lastName: string }, string>;
  sha256: TaskContract<Uint8Array, { hex: string }>;
}

export async function tour(port: number): Promise<unknown[]> {
  await using penstock = new TaskClient<Tasks>({ port });

  // One task.
  const john = { firstName: 'John', lastName: 'Doe' };
  const task = penstock.submit('HELLO', john, { userId: 'mary', priority: 2 });
  await task.accepted; // the balancer has it
  const greeting = await task.result({ timeoutMs: 10_000 });

  // Many at once, without a promise for each.
  const batch = penstock.submitMany('sha256', [Uint8Array.of(1), Uint8Array.of(2)]);
  const hashes = await batch.results(); // in order; `for await (… of batch)` as they end

  // A stream: pulls from the source only as results are taken.
  const people = (function* () {
    for (const firstName of ['Ada', 'Grace']) yield { firstName, lastName: 'Doe' };
  })();
  const greetings: string[] = [];
  for await (const result of penstock.map('HELLO', people, { concurrency: 64, ordered: true })) {
    greetings.push(result.ok ? result.value : `${result.payload.firstName}: ${result.error.message}`);
  }

  return [greeting, hashes, greetings];
}
