import { CollectedWriter } from '@penstock/protocol';

/** The session that the batches of the specs name. */
export const SESSION = { epoch: 3, number: 4 };

/** A batch of one record. */
export function collectedBatch(): Uint8Array {
  const writer = new CollectedWriter();
  writer.add(new DataView(new ArrayBuffer(16)), 0);
  const message = writer.take(SESSION);
  if (message === undefined) throw new Error('one record makes a batch');
  return message[0];
}
