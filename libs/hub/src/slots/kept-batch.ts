import type { BatchMessage } from '@penstock/protocol';

/** One batch of outcomes as it was packed, kept until the last of them is settled. */
export interface KeptBatch {
  /** `undefined` while it is being packed. */
  message: BatchMessage | undefined;
  bytes: number;
  unsettled: number;
}
