import {
  ContentType,
  Kind,
  OutcomeReader,
  outcomeStatusNames,
  readHead,
  readTaskId,
  StartedReader,
} from '@penstock/protocol';
import type { Link } from '../src/link/link.js';

/** A link to nowhere that writes down what is said, in the words of a test. */
export class RecordingLink implements Link {
  /** `started <id>` or `<status> <id>: <value>`; one list for each message. */
  readonly messages: string[][] = [];
  /** Flags of each outcome. */
  readonly flags: number[] = [];

  send(frames: readonly Uint8Array[]): void {
    const [first] = frames;
    if (first === undefined) return;
    const { kind } = readHead(first);
    if (kind === Kind.started) this.messages.push(this.starts(frames));
    else if (kind === Kind.outcome) this.messages.push(this.outcomes(frames));
    else throw new Error(`a worker's execution sends no batch of kind ${kind}`);
  }

  get said(): string[] {
    return this.messages.flat();
  }

  private starts(frames: readonly Uint8Array[]): string[] {
    const reader = new StartedReader().open(frames);
    const said: string[] = [];
    while (reader.next()) said.push(`started ${readTaskId(reader.frame, reader.record)}`);
    return said;
  }

  private outcomes(frames: readonly Uint8Array[]): string[] {
    const reader = new OutcomeReader().open(frames);
    const said: string[] = [];
    while (reader.next()) {
      this.flags.push(reader.flags);
      const text = Buffer.from(reader.payload).toString(
        reader.contentType === ContentType.bytes ? 'hex' : 'utf8',
      );
      said.push(`${outcomeStatusNames[reader.status]} ${readTaskId(reader.frame, reader.record)}: ${text}`);
    }
    return said;
  }
}
