import type { TaskKey } from './event.js';

/** The 16 bytes of an id at `offset` as text. */
export function keyOf(view: DataView, offset: number): TaskKey {
  return Buffer.from(view.buffer, view.byteOffset + offset, 16).toString('hex');
}

/** The 16 bytes that a key stands for. */
export function bytesOf(key: TaskKey): DataView {
  const view = new DataView(new ArrayBuffer(16));
  Buffer.from(view.buffer).write(key, 'hex');
  return view;
}
