import { frameChunks, FrameSplitter } from '@penstock/protocol/wire';
import type { Socket } from 'node:net';
import type { Link, OnFrames } from './link.js';

/** A link over a pipe between two processes. */
export class StreamLink implements Link {
  /**
   * @param socket its errors are its owner's
   * @param maxFrameBytes a longer frame destroys the socket with a `TOO_LARGE` error
   */
  constructor(
    private readonly socket: Socket,
    onFrames: OnFrames,
    maxFrameBytes: number,
  ) {
    const splitter = new FrameSplitter(onFrames, maxFrameBytes);
    socket.on('data', (chunk: Buffer) => {
      try {
        splitter.push(chunk);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  send(frames: readonly Uint8Array[]): void {
    if (!this.socket.writable) return;
    this.socket.cork();
    for (const chunk of frameChunks(frames)) this.socket.write(chunk);
    this.socket.uncork();
  }
}
