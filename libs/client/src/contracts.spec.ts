import type { TaskContract } from '@penstock/protocol';
import { describe, expectTypeOf, it } from 'vitest';
import type { ContractMap, MapResult, TaskBatch, TaskClient, TaskHandle } from './index.js';

interface Person {
  firstName: string;
  lastName: string;
}

/** As `defineTask` gives it. */
interface HelloDefinition extends TaskContract<Person, string> {
  readonly name: string;
  run(payload: Person): string;
}

interface Tasks {
  HELLO: TaskContract<Person, string>;
  sha256: TaskContract<Uint8Array, { hex: string }>;
}

/** These specs are about types: the compiler reads `use`, and nobody calls it. */
function expectTyped<Contracts extends ContractMap<Contracts>>(
  use: (client: TaskClient<Contracts>) => void,
): void {
  expectTypeOf(use).toBeFunction();
}

const john = { firstName: 'John', lastName: 'Doe' };

describe('a client without contracts', () => {
  it('takes any payload and gives unknown', () =>
    expectTyped((client: TaskClient) => {
      expectTypeOf(client.submit('HELLO', { any: 'thing' })).toEqualTypeOf<TaskHandle>();
      expectTypeOf(client.submitMany('HELLO', [1, 2])).toEqualTypeOf<TaskBatch>();
      expectTypeOf(client.map('HELLO', [1, 2])).toEqualTypeOf<AsyncGenerator<MapResult<number>, undefined>>();
    }));

  it('takes a contract per call', () =>
    expectTyped((client: TaskClient) => {
      const task = client.submit<HelloDefinition>('HELLO', john);
      expectTypeOf(task.result()).toEqualTypeOf<Promise<string>>();
      expectTypeOf(client.submitMany<HelloDefinition>('HELLO', [john]).results()).toEqualTypeOf<
        Promise<string[]>
      >();
      expectTypeOf(client.map<HelloDefinition>('HELLO', [john])).toEqualTypeOf<
        AsyncGenerator<MapResult<Person, string>, undefined>
      >();
      // @ts-expect-error -- the last name is missing
      client.submit<HelloDefinition>('HELLO', { firstName: 'John' });
      // @ts-expect-error -- not a person
      client.submitMany<HelloDefinition>('HELLO', [1]);
    }));
});

describe('a client with contracts', () => {
  it('knows payloads and results by the names of tasks', () =>
    expectTyped((client: TaskClient<Tasks>) => {
      expectTypeOf(client.submit('HELLO', john)).toEqualTypeOf<TaskHandle<string>>();
      expectTypeOf(client.submit('sha256', Uint8Array.of(1))).toEqualTypeOf<TaskHandle<{ hex: string }>>();
      expectTypeOf(client.submitMany('HELLO', [john])).toEqualTypeOf<TaskBatch<string>>();
      expectTypeOf(client.map('HELLO', [john])).toEqualTypeOf<
        AsyncGenerator<MapResult<Person, string>, undefined>
      >();
    }));

  it('refuses other names and payloads', () =>
    expectTyped((client: TaskClient<Tasks>) => {
      // @ts-expect-error -- no such task
      client.submit('GOODBYE', john);
      // @ts-expect-error -- not a person
      client.submit('HELLO', { firstName: 'John' });
      // @ts-expect-error -- not bytes
      client.submitMany('sha256', ['text']);
      // @ts-expect-error -- not a person
      client.map('HELLO', [1]);
    }));

  it('tells the result types apart by ok', () =>
    expectTyped((client: TaskClient<Tasks>) => {
      client.submitMany('HELLO', [john], {
        onResult(result) {
          if (result.ok) expectTypeOf(result.value).toEqualTypeOf<string>();
          else expectTypeOf(result.error.code).toBeString();
        },
      });
    }));
});
