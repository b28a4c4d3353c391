import { expect, it } from 'vitest';
import hello from './hello.ts';
import { testContext } from './support/context.ts';

it('HELLO greets as it always did', () => {
  const greeting = hello.run({ firstName: 'John', lastName: 'Doe' }, testContext().context);
  expect(greeting).toBe('Hello John Doe !');
});
