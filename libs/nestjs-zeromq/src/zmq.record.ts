import type { PacketMetadata } from '@nestjs/microservices';

/** Options of one message. */
export interface ZmqRecordOptions {
  /** Deadline of this request instead of the client's. */
  readonly timeoutMs?: number;
  /** Travels beside the data; `ZmqContext.getMetadata()` reads it. */
  readonly metadata?: PacketMetadata;
}

/** Data together with options of this one message: `client.send('sum', new ZmqRecord([1, 2], { timeoutMs: 500 }))`. */
export class ZmqRecord<T = unknown> {
  constructor(
    readonly data: T,
    readonly options: ZmqRecordOptions = {},
  ) {}
}
