import { Kind } from '../frame.js';
import type { RecordShape } from './batch-reader.js';
import { LeaseReader, LeaseWriter, type LeaseNumbers } from './lease.js';

const field = { worker: 28, reserved: 30 };
const WIDTH = 32;
const shape: RecordShape = { kind: Kind.started, width: WIDTH, strings: [field.worker] };

/** Packs "a worker began this attempt": worker → hub → balancer. */
export class StartedWriter extends LeaseWriter {
  constructor() {
    super(Kind.started, WIDTH);
  }

  add(idView: DataView, idOffset: number, held: LeaseNumbers, worker: string): void {
    const at = this.nextRecord();
    this.putLease(at, idView, idOffset, held);
    const { view } = this;
    view.setUint16(at + field.worker, this.string(worker), true);
    view.setUint16(at + field.reserved, 0, true);
  }
}

/** Walks "a worker began this attempt". */
export class StartedReader extends LeaseReader {
  constructor() {
    super(shape);
  }

  get worker(): string {
    return this.stringAt(field.worker) ?? '';
  }
}
