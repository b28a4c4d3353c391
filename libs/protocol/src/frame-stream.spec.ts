import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameChunks, FrameSplitter } from './frame-stream.js';

const frame = fc.uint8Array({ maxLength: 50 });
const message = fc.oneof(fc.tuple(frame), fc.tuple(frame, frame));

function hexOf(messages: readonly (readonly Uint8Array[])[]): string[][] {
  return messages.map((frames) => frames.map((bytes) => Buffer.from(bytes).toString('hex')));
}

function streamOf(messages: readonly (readonly Uint8Array[])[]): Buffer {
  return Buffer.concat(messages.flatMap(frameChunks));
}

function prefix(word: number): Buffer {
  const bytes = Buffer.from('PIPE    ');
  bytes.writeUInt32LE(word >>> 0, 4);
  return bytes;
}

const refused = (code: string): unknown => expect.objectContaining({ code });

describe('FrameSplitter', () => {
  it('gives the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(60)), (messages, cuts) => {
        const stream = streamOf(messages);
        const received: Uint8Array[][] = [];
        const splitter = new FrameSplitter((frames) => received.push(frames), 50);
        let at = 0;
        for (const length of cuts) {
          splitter.push(stream.subarray(at, at + length));
          at = Math.min(at + length, stream.byteLength);
        }
        splitter.push(stream.subarray(at));
        expect(hexOf(received)).toEqual(hexOf(messages));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same messages byte by byte, each as soon as its last byte is there', () => {
    const stream = streamOf([[Buffer.from('ab')], [Buffer.from(''), Buffer.from('c')]]);
    const atByte: number[] = [];
    let pushed = 0;
    const splitter = new FrameSplitter(() => atByte.push(pushed), 50);
    for (const byte of stream) {
      pushed += 1;
      splitter.push(Buffer.of(byte));
    }
    expect(atByte).toEqual([10, 27]);
  });

  it('takes a frame of the greatest length and refuses a longer one by its prefix alone', () => {
    const received: Uint8Array[][] = [];
    const splitter = new FrameSplitter((frames) => received.push(frames), 4);
    splitter.push(streamOf([[Buffer.from('1234')]]));
    expect(hexOf(received)).toEqual([['31323334']]);
    expect(() => splitter.push(prefix(5))).toThrow(refused('TOO_LARGE'));
  });

  it('refuses the longest frame that a prefix can name', () => {
    const splitter = new FrameSplitter(() => undefined, 1 << 24);
    expect(() => splitter.push(prefix(0xffff_ffff))).toThrow(refused('TOO_LARGE'));
  });

  it('refuses a message that goes on after its second frame, so that it never holds more', () => {
    const splitter = new FrameSplitter(() => undefined, 50);
    splitter.push(prefix(0x8000_0000));
    expect(() => splitter.push(prefix(0x8000_0000))).toThrow(refused('MALFORMED_FRAME'));
  });

  it.each([1, 2, 3, 4, 5])('notices %d bytes that are no frame at the frame after them', (count) => {
    const splitter = new FrameSplitter(() => undefined, 1 << 24);
    const stream = Buffer.concat([Buffer.alloc(count, 0x9a), streamOf([[Buffer.from('a frame')]])]);
    expect(() => splitter.push(stream)).toThrow(refused('MALFORMED_FRAME'));
  });

  it('goes on with the next message after a receiver that threw', () => {
    const received: string[] = [];
    const splitter = new FrameSplitter(([first]) => {
      received.push(String(first));
      if (received.length === 1) throw new Error('no, thank you');
    }, 50);
    const stream = streamOf([[Buffer.from('first')], [Buffer.from('second, longer')], [Buffer.from('3')]]);
    expect(() => splitter.push(stream)).toThrow('no, thank you');
    splitter.push(Buffer.alloc(0));
    expect(received).toEqual(['first', 'second, longer', '3']);
  });
});

describe('frameChunks', () => {
  it('hands on the frames themselves, not copies', () => {
    const frames = [Buffer.from('a'), Buffer.from('b')];
    const chunks = frameChunks(frames);
    expect(chunks).toHaveLength(4);
    expect(chunks[1]).toBe(frames[0]);
    expect(chunks[3]).toBe(frames[1]);
  });
});
