import type { TaskId } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { splitAtTags, unfinishedTagAt, writeTag } from './tag.js';

const taskId = '019ab2c4-5d6e-7abc-8def-0123456789ab' as TaskId;

describe('tags of output', () => {
  it('are read as they were written', () => {
    const tag = { taskId, attempt: 3 };
    expect([...splitAtTags(`a${writeTag(tag)}b\n${writeTag(undefined)}c`)]).toEqual([
      { text: 'a' },
      { tag },
      { text: 'b\n' },
      { tag: undefined },
      { text: 'c' },
    ]);
  });

  it('are told from text that only looks like one', () => {
    expect([...splitAtTags('\u001enonsense\u001f')]).toEqual([{ text: '\u001enonsense\u001f' }]);
    expect([...splitAtTags('')]).toEqual([]);
  });

  it('are waited for while they are unfinished, but not for ever', () => {
    const tag = writeTag({ taskId, attempt: 1 });
    expect(unfinishedTagAt(`text${tag.slice(0, 20)}`)).toBe(4);
    expect(unfinishedTagAt(`text${tag}`)).toBe(4 + tag.length);
    expect(unfinishedTagAt(`\u001e${'x'.repeat(100)}`)).toBe(101);
    expect(unfinishedTagAt('text')).toBe(4);
  });
});
