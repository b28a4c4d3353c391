import { limits } from '@penstock/protocol/wire';

/** Pipe for tasks, outcomes and control messages, read by the main thread. */
export const LINK_FD = 3;
/** Pipe read by the watching thread; its end means that the hub is gone. */
export const LIFELINE_FD = 4;

/** The largest frame on a pipe that carries control messages alone. */
export const CONTROL_FRAME_BYTES_MAX = limits.envelopeBytes;

/** Flags for Node.js in a worker: a task file needs no package.json beside it to be taken for a module. */
export const workerExecArgv: readonly string[] = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];

/** The largest frame of tasks or outcomes, where a payload has at most `payloadBytesMax`. */
export function frameBytesMax(payloadBytesMax: number): number {
  return Math.max(payloadBytesMax, limits.batchBytes) + limits.envelopeBytes;
}
