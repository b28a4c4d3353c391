import { readFileSync } from 'node:fs';
import {
  Admission,
  ContentType,
  Durability,
  OutcomeStatus,
  Verdict,
  type Envelope,
  type SessionId,
} from '../src/index.js';
import { optionHex } from './arbitraries.js';
import type { BatchRecord } from './batch-kind.js';

/** Bytes as an example gives them: hex with white space for people, or one byte that is repeated. */
type Part = string | Repeated;
interface Repeated {
  readonly byte: string;
  readonly count: number;
}

/** A record for people: names for numbers, text where bytes are text. */
interface GoldenRecord {
  readonly id?: string;
  readonly lease?: object;
  readonly options?: readonly { readonly tag: number; readonly critical: boolean; readonly hex: string }[];
  readonly payload?: { readonly text: string } | { readonly hex: string } | Repeated;
}

interface Message {
  readonly description: string;
  readonly frames: readonly (readonly Part[])[];
}

/** A batch as bytes and as what they mean. */
export interface GoldenBatch extends Message {
  readonly decoded: {
    readonly kind: string;
    readonly session: SessionId;
    readonly records: readonly GoldenRecord[];
  };
}

/** A control message as bytes and as what they mean. */
export interface GoldenEnvelope extends Message {
  readonly decoded: { readonly kind: string; readonly session: SessionId; readonly envelope: Envelope };
}

/** A message that a receiver of messages of kind `as` must refuse with `code`. */
export interface Malformed extends Message {
  readonly as: string;
  readonly code: string;
}

/** Where the examples are. */
export const goldenFolder = new URL('../golden/', import.meta.url);

/** Reads one file of examples; its caller knows what is in it. */
export function readGolden<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`${name}.json`, goldenFolder), 'utf8')) as Content;
}

/** The bytes of a message's frames. */
export function framesOf({ frames }: Message): Uint8Array[] {
  return frames.map((parts) => Buffer.from(parts.map(hexOf).join(''), 'hex'));
}

const numbers: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  status: { ...Admission, ...OutcomeStatus },
  durability: Durability,
  contentType: ContentType,
  verdict: Verdict,
};

/** An example's record as the specs of all batches have it. */
export function recordOf({ lease, options, payload, ...fields }: GoldenRecord): BatchRecord {
  const record: Record<string, unknown> = { ...lease };
  for (const [name, value] of Object.entries(fields)) {
    record[name] = value === null ? undefined : (numbers[name]?.[value] ?? value);
  }
  if (options !== undefined) {
    record['options'] = options
      .map(({ tag, critical, hex }) => optionHex(critical ? tag | 0x8000 : tag, Buffer.from(hex, 'hex')))
      .join('');
  }
  if (payload !== undefined) {
    if ('text' in payload) record['payload'] = Buffer.from(payload.text).toString('hex');
    else record['payload'] = 'hex' in payload ? payload.hex : hexOf(payload);
  }
  return record as unknown as BatchRecord;
}

function hexOf(part: Part): string {
  // Node would read hex up to its first fault, and an example would silently be a shorter one.
  if (typeof part === 'string' && !/^( *[0-9a-f]{2})*$/.test(part)) throw new Error(`no hex: ${part}`);
  return typeof part === 'string' ? part.replaceAll(' ', '') : part.byte.repeat(part.count);
}
