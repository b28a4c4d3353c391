import type { MessagePort, Worker } from 'node:worker_threads';
import type { Link, OnFrames } from './link.js';

/** A link between two threads of one process. */
export class PortLink implements Link {
  constructor(
    private readonly port: Pick<MessagePort | Worker, 'postMessage' | 'on'>,
    onFrames: OnFrames,
  ) {
    port.on('message', onFrames);
  }

  send(frames: readonly Uint8Array[]): void {
    this.port.postMessage(frames.map(alone));
  }
}

/** Posting a view copies all of its buffer, so a view of a part is copied by itself first. */
function alone(frame: Uint8Array): Uint8Array {
  return frame.byteLength === frame.buffer.byteLength ? frame : new Uint8Array(frame);
}
