import type { PayloadOf, ResultOf, TaskContract } from '@penstock/protocol';
import { describe, expectTypeOf, it } from 'vitest';
import { defineTask } from './define-task.js';

describe('defineTask', () => {
  it('takes the types of payload and result from the handler', () => {
    const task = defineTask({ name: 'length', run: ({ text }: { text: string }) => text.length });
    expectTypeOf<PayloadOf<typeof task>>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<ResultOf<typeof task>>().toEqualTypeOf<number>();
  });

  it('sees through the promise of an async handler', () => {
    const task = defineTask({ name: 'length', run: async (bytes: Uint8Array) => bytes.byteLength });
    expectTypeOf<PayloadOf<typeof task>>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<ResultOf<typeof task>>().toEqualTypeOf<number>();
  });

  it('holds a handler to a contract that is given', () => {
    type Hello = TaskContract<{ name: string }, string>;
    const task = defineTask<PayloadOf<Hello>, ResultOf<Hello>>({ name: 'HELLO', run: ({ name }) => name });
    expectTypeOf(task).toExtend<Hello>();
    // @ts-expect-error a number is no string
    defineTask<PayloadOf<Hello>, ResultOf<Hello>>({ name: 'HELLO', run: () => 1 });
  });
});
