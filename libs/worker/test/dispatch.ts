import {
  ContentType,
  DispatchWriter,
  encodeRules,
  NO_SESSION,
  TaskIdMinter,
  viewOf,
  writeTaskId,
  type TaskId,
  type TaskRules,
} from '@penstock/protocol';

const minter = new TaskIdMinter(Date.now, Math.random);

/** A batch of attempts at `name`, one for each payload, and the tasks' ids. */
export function dispatch(name: string, ...payloads: readonly unknown[]) {
  return dispatchWith({}, name, ...payloads);
}

/** The same of tasks that have rules. */
export function dispatchWith(rules: TaskRules, name: string, ...payloads: readonly unknown[]) {
  const options = encodeRules(rules);
  const writer = new DispatchWriter();
  const id = new Uint8Array(16);
  const ids = payloads.map((payload, slot): TaskId => {
    const taskId = minter.mint();
    writeTaskId(taskId, id, 0);
    const isBytes = payload instanceof Uint8Array;
    const buffer = isBytes ? payload : Buffer.from(JSON.stringify(payload));
    writer.add(
      viewOf(id),
      0,
      { epoch: 1, attempt: 1, slot },
      {
        group: 0,
        name,
        userId: 'anonymous',
        priority: 0,
        contentType: isBytes ? ContentType.bytes : ContentType.json,
        payload: { buffer, offset: 0, length: buffer.byteLength },
        options: { buffer: options, offset: 0, length: options.byteLength },
      },
    );
    return taskId;
  });
  const frames = writer.take(NO_SESSION);
  if (frames === undefined) throw new Error('a batch has tasks');
  return { frames, ids };
}
