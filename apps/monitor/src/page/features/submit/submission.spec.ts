import { describe, expect, it } from 'vitest';
import { emptyForm, readForm } from './submission.js';

describe('the form for a new task', () => {
  it('is a whole task before anything is typed', () => {
    expect(readForm(emptyForm)).toEqual({
      task: { name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' } },
    });
  });

  it('takes what is typed, without the space around it', () => {
    const form = { ...emptyForm, name: ' sum ', payload: '[1, 2]', userId: ' ada ', priority: ' -2.5 ' };
    expect(readForm(form)).toEqual({ task: { name: 'sum', payload: [1, 2], userId: 'ada', priority: -2.5 } });
  });

  it('takes the rules by which the task is delivered', () => {
    const rules = {
      maxAttempts: '3',
      timeout: '10s',
      delay: '2h',
      durability: 'memory',
      key: ' once ',
    } as const;
    expect(readForm({ ...emptyForm, ...rules })).toMatchObject({
      task: {
        maxAttempts: 3,
        timeoutMs: 10_000,
        delayMs: 7_200_000,
        durability: 'memory',
        idempotencyKey: 'once',
      },
    });
  });

  it('takes no payload for null', () => {
    expect(readForm({ ...emptyForm, payload: ' ' })).toEqual({ task: { name: 'HELLO', payload: null } });
  });

  it('says of each field what is wrong with it', () => {
    expect(
      readForm({
        ...emptyForm,
        name: ' ',
        payload: '{',
        priority: 'high',
        maxAttempts: '0',
        timeout: 'long',
        delay: '1.5s',
      }),
    ).toEqual({
      errors: {
        name: 'A task has a name',
        payload: expect.stringMatching(/^Not JSON: /),
        priority: 'A priority is a number',
        maxAttempts: 'A whole number from 1 to 65535',
        timeout: 'A duration such as 500ms, 10s or 2h',
        delay: 'A duration such as 500ms, 10s or 2h',
      },
    });
  });
});
