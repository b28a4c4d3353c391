import { readFileSync } from 'node:fs';

/** What a handler has noted. */
export interface Note {
  readonly what: 'began' | 'ended' | 'failed' | 'aborted';
  readonly taskId: string;
  /** Of this run of the handler alone. */
  readonly run: string;
  readonly attempt: number;
  readonly pid: number;
  readonly at: number;
}

/** All that handlers have noted, by task. */
export function readNotes(file: string): ReadonlyMap<string, readonly Note[]> {
  const notes = new Map<string, Note[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [what, taskId, run, attempt, pid, at] = line.split(' ');
    if (what === undefined || taskId === undefined || run === undefined || at === undefined) continue;
    const note = {
      what: what as Note['what'],
      taskId,
      run,
      attempt: Number(attempt),
      pid: Number(pid),
      at: Number(at),
    };
    const ofTask = notes.get(taskId);
    if (ofTask === undefined) notes.set(taskId, [note]);
    else ofTask.push(note);
  }
  return notes;
}
