import type { Bytes } from '@penstock/protocol';
import type { Task } from '@penstock/scheduler';
import type { ByteStore } from '../byte-store.js';

/** What else is known of tasks, by their slots. */
export interface TaskContents {
  readonly idView: DataView;
  readonly payloads: ByteStore;
  readonly results: ByteStore;
  readonly options: ReadonlyMap<number, Bytes>;
  taskAt(slot: number): Task | undefined;
}
