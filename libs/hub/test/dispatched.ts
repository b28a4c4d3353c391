import {
  ContentType,
  DispatchReader,
  DispatchWriter,
  EMPTY,
  encodeRules,
  NO_SESSION,
  TaskIdMinter,
  viewOf,
  writeTaskId,
  type Bytes,
  type TaskId,
  type TaskRules,
} from '@penstock/protocol';

const minter = new TaskIdMinter(Date.now, Math.random);

/** A task to be dispatched in a test of pure parts. */
export interface DispatchedTask {
  readonly name?: string;
  readonly group?: number;
  readonly attempt?: number;
  readonly epoch?: number;
  readonly taskId?: TaskId;
  readonly payload?: Uint8Array;
  /** 0 or absent = none. */
  readonly timeoutMs?: number;
}

/** The option block of rules. */
export function optionsOf(rules: TaskRules): Bytes {
  const buffer = encodeRules(rules);
  return { buffer, offset: 0, length: buffer.byteLength };
}

/** A batch of dispatched tasks, as a hub reads it, and their ids. */
export function dispatched(...tasks: readonly DispatchedTask[]): { reader: DispatchReader; ids: TaskId[] } {
  const writer = new DispatchWriter();
  const id = new Uint8Array(16);
  const ids = tasks.map(
    ({ name = 'HELLO', group = 0, attempt = 1, epoch = 1, payload, timeoutMs = 0, ...task }, slot) => {
      const taskId = task.taskId ?? minter.mint();
      writeTaskId(taskId, id, 0);
      writer.add(
        viewOf(id),
        0,
        { epoch, attempt, slot },
        {
          group,
          name,
          userId: 'anonymous',
          priority: 0,
          contentType: ContentType.bytes,
          payload: payload === undefined ? EMPTY : { buffer: payload, offset: 0, length: payload.byteLength },
          options: timeoutMs === 0 ? EMPTY : optionsOf({ timeoutMs }),
        },
      );
      return taskId;
    },
  );
  const batch = writer.take(NO_SESSION);
  if (batch === undefined) throw new Error('a batch has tasks');
  return { reader: new DispatchReader().open(batch), ids };
}
