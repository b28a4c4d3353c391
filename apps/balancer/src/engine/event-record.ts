import type { Log } from '@penstock/engine';
import type { SchedulerEvent } from '@penstock/scheduler';
import { createWriteStream, type WriteStream } from 'node:fs';

/** Injection token of the record; `undefined` = there is none. */
export const EVENT_RECORD = Symbol('event record');

/** Bytes that may wait for a slow disk; over it the record ends, since the balancer goes before it. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Writes what happens to the scheduler into a file, a line of JSON each: for `penstock sim --replay`. What a process
 * that is killed had not written yet is missing at the end.
 */
export class EventRecord {
  private readonly stream: WriteStream;
  private isOver = false;

  /** @param path overwritten: a record begins with the scheduler */
  constructor(
    private readonly path: string,
    private readonly log: Log,
  ) {
    this.stream = createWriteStream(path);
    this.stream.on('error', (error) => this.end(error.message));
    log.warn(`LB - RECORDING WHAT HAPPENS TO THE SCHEDULER (LB_RECORD): ${path}`);
  }

  /** Bound, so that it can be handed over. */
  readonly tell = (event: SchedulerEvent): void => {
    if (this.isOver) return;
    this.stream.write(`${JSON.stringify(event)}\n`);
    if (this.stream.writableLength > WAITING_BYTES_MAX) this.end('the disk is too slow for it');
  };

  /** Resolves when all of it is written. */
  async close(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    await new Promise<void>((resolve) => void this.stream.end(resolve));
  }

  private end(why: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stream.end();
    this.log.warn(`LB - THE RECORD HAS ENDED (${this.path}): ${why}`);
  }
}
