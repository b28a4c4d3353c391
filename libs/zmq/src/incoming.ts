import {
  decodeEnvelope,
  Kind,
  kindNames,
  limits,
  PenstockError,
  readHead,
  type Envelope,
  type Head,
} from '@penstock/protocol';

/** A message as far as its head tells: a control message is decoded, a batch is left to its reader. */
export interface Incoming {
  readonly head: Head;
  /** Absent when the message is a batch. */
  readonly envelope?: Envelope;
}

/**
 * Reads a message's frames.
 *
 * @throws PenstockError `MALFORMED_FRAME`, `UNSUPPORTED_VERSION`, `UNKNOWN_KIND`, `INVALID_MESSAGE` or `TOO_LARGE`
 */
export function readIncoming(frames: readonly Uint8Array[]): Incoming {
  const [frame] = frames;
  if (frame === undefined || frames.length > limits.frames) {
    throw new PenstockError(
      'MALFORMED_FRAME',
      `a message has 1 to ${limits.frames} frames, this one ${frames.length}`,
    );
  }
  const head = readHead(frame);
  if (head.kind !== Kind.envelope) {
    if (kindNames[head.kind] !== undefined) return { head };
    throw new PenstockError('UNKNOWN_KIND', `there is no kind ${head.kind}`, {
      details: { kind: head.kind },
    });
  }
  if (frames.length > 1) throw new PenstockError('MALFORMED_FRAME', 'a control message has one frame');
  return { head, envelope: decodeEnvelope(frame).envelope };
}
