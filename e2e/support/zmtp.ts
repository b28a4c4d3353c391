/** As much of ZMTP 3.1 as it takes to be a peer that does what no library would. */

const GREETING_BYTES = 64;
const FLAG_LONG = 2;
const FLAG_COMMAND = 4;

/** What a peer sends first: version 3.1, no security. */
export const greeting = Buffer.alloc(GREETING_BYTES);
greeting[0] = 0xff;
greeting[9] = 0x7f;
greeting[10] = 3;
greeting[11] = 1;
greeting.write('NULL', 12, 'ascii');

/** What a peer sends second: the type of its socket. */
export function ready(socketType: string): Buffer {
  const property = Buffer.concat([text('Socket-Type'), u32(socketType.length), Buffer.from(socketType)]);
  const body = Buffer.concat([text('READY'), property]);
  return Buffer.concat([Buffer.from([FLAG_COMMAND, body.byteLength]), body]);
}

/** A message of one frame. */
export function frameOf(message: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head[0] = FLAG_LONG;
  head.writeBigUInt64BE(BigInt(message.byteLength), 1);
  return Buffer.concat([head, message]);
}

/** A frame as it was received. */
export interface Received {
  readonly isCommand: boolean;
  readonly body: Uint8Array;
}

/** The whole frames in what was received from the begin of a connection. */
export function* framesIn(received: Buffer): Generator<Received> {
  for (let at = GREETING_BYTES; at + 2 <= received.byteLength;) {
    const flags = received[at] ?? 0;
    const isLong = (flags & FLAG_LONG) !== 0;
    const begin = at + (isLong ? 9 : 2);
    if (begin > received.byteLength) return;
    const length = isLong ? Number(received.readBigUInt64BE(at + 1)) : (received[at + 1] ?? 0);
    at = begin + length;
    if (at > received.byteLength) return;
    yield { isCommand: (flags & FLAG_COMMAND) !== 0, body: received.subarray(begin, at) };
  }
}

function text(word: string): Buffer {
  return Buffer.concat([Buffer.from([word.length]), Buffer.from(word)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
