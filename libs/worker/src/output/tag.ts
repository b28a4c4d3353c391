import type { TaskId } from '@penstock/protocol/wire';

/** Which attempt wrote what follows in a worker's output. */
export interface OutputTag {
  readonly taskId: TaskId;
  readonly attempt: number;
}

const START = '\u001e';
const END = '\u001f';
const pattern = /^(?:([0-9a-f-]{36})#(\d{1,10}))?$/;

/** A tag as it stands in a worker's stdout and stderr, before what the attempt wrote; no attempt has an empty one. */
export function writeTag(tag: OutputTag | undefined): string {
  return tag === undefined ? START + END : `${START}${tag.taskId}#${tag.attempt}${END}`;
}

/** A stretch of output: text, or where a new tag begins to hold. */
export type OutputPart = { readonly text: string } | { readonly tag: OutputTag | undefined };

/** Takes output apart at its tags. What looks like one and is none stays text. */
export function* splitAtTags(output: string): Generator<OutputPart> {
  let from = 0;
  for (;;) {
    const start = output.indexOf(START, from);
    const end = start < 0 ? -1 : output.indexOf(END, start);
    if (end < 0) break;
    if (start > from) yield { text: output.slice(from, start) };
    yield readTag(output.slice(start + 1, end)) ?? { text: output.slice(start, end + 1) };
    from = end + 1;
  }
  if (from < output.length) yield { text: output.slice(from) };
}

/** Where an unfinished tag begins at the end of `output`; its length when there is none. */
export function unfinishedTagAt(output: string): number {
  const start = output.lastIndexOf(START);
  const isUnfinished = start >= 0 && output.length - start < 64 && !output.includes(END, start);
  return isUnfinished ? start : output.length;
}

function readTag(text: string): OutputPart | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, taskId, attempt] = match;
  return { tag: taskId === undefined ? undefined : { taskId: taskId as TaskId, attempt: Number(attempt) } };
}
