import { describe, expect, it } from 'vitest';
import { emptyForm, readForm } from './submission.js';

describe('the form for a new task', () => {
  it('is a whole task before anything is typed', () => {
    expect(readForm(emptyForm)).toEqual({
      task: { name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' } },
    });
  });

  it('takes what is typed, without the space around it', () => {
    const form = { name: ' sum ', payload: '[1, 2]', userId: ' ada ', priority: ' -2.5 ' };
    expect(readForm(form)).toEqual({ task: { name: 'sum', payload: [1, 2], userId: 'ada', priority: -2.5 } });
  });

  it('takes no payload for null', () => {
    expect(readForm({ ...emptyForm, payload: ' ' })).toEqual({ task: { name: 'HELLO', payload: null } });
  });

  it('says of each field what is wrong with it', () => {
    expect(readForm({ name: ' ', payload: '{', userId: '', priority: 'high' })).toEqual({
      errors: {
        name: 'A task has a name',
        payload: expect.stringMatching(/^Not JSON: /),
        priority: 'A priority is a number',
      },
    });
  });
});
