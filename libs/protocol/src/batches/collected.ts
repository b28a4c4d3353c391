import { Kind } from '../frame.js';
import { BatchReader, type RecordShape } from './batch-reader.js';
import { BatchWriter } from './batch-writer.js';

const WIDTH = 16;
const shape: RecordShape = { kind: Kind.collected, width: WIDTH, strings: [] };

/** Packs "I have this result": client → balancer. */
export class CollectedWriter extends BatchWriter {
  constructor() {
    super(Kind.collected, WIDTH);
  }

  add(idView: DataView, idOffset: number): void {
    const at = this.nextRecord();
    this.putId(at, idView, idOffset);
  }
}

/** Walks "I have this result". */
export class CollectedReader extends BatchReader {
  constructor() {
    super(shape);
  }
}
