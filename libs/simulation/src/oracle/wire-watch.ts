import {
  AcceptedReader,
  Admission,
  decodeEnvelope,
  Durability,
  isCall,
  Kind,
  kindNames,
  readHead,
  readTaskId,
  ResultReader,
  SettledReader,
  Verdict,
} from '@penstock/protocol';
import { CLIENTS } from '../balancer/sim-balancer.js';
import type { RunLog } from '../hub/run-log.js';
import type { Connection } from '../network/connection.js';
import { promise } from '../world/violation.js';
import type { World } from '../world/world.js';
import { isOnDisk, type Delivered, type Entry, type Ledger } from './ledger.js';
import { checkOutcome } from './run-rules.js';

/** Refusals that may come of load, and not of a client that did something wrong. */
const passing = new Set([
  'QUOTA_EXCEEDED',
  'QUEUE_FULL',
  'WINDOW_EXCEEDED',
  'TOO_MANY_USERS',
  'SHUTTING_DOWN',
  'JOURNAL_FULL',
]);

/** Reads along what reaches clients and hubs: what they were told is what the balancer has promised. */
export class WireWatch {
  private readonly accepted = new AcceptedReader();
  private readonly results = new ResultReader();
  private readonly settled = new SettledReader();
  private readonly settledAsAccepted = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly ledger: Ledger,
    private readonly runs: RunLog,
  ) {}

  onMessage(connection: Connection, direction: 'up' | 'down', frames: readonly Uint8Array[]): void {
    const [frame = new Uint8Array()] = frames;
    const { kind, epoch, count } = readHead(frame);
    const { dialler, router } = connection;
    const way = direction === 'up' ? '>' : '<';
    const what = kind === Kind.envelope ? describeEnvelope(frame) : `${kindNames[kind]} ${count}`;
    this.world.note(`${dialler.name} ${way} ${router.machine.name} ${what}`);
    if (direction === 'up') return;
    if (router.address !== CLIENTS) {
      if (kind === Kind.settled) this.onSettled(frames, epoch);
    } else if (kind === Kind.accepted) this.onAccepted(frames, epoch);
    else if (kind === Kind.result) this.onResults(frames, epoch);
  }

  private onAccepted(frames: readonly Uint8Array[], epoch: number): void {
    const batch = this.accepted.open(frames);
    while (batch.next()) {
      const entry = this.entryAt(batch.frame, batch.record);
      if (batch.status === Admission.refused) {
        promise(
          passing.has(batch.code ?? ''),
          'honest-refusal',
          () => `task ${entry.taskId} was refused: ${batch.code} ${batch.message}`,
        );
      } else entry.acknowledged.set(epoch, batch.durability === Durability.disk ? 'disk' : 'memory');
    }
  }

  private onResults(frames: readonly Uint8Array[], life: number): void {
    const batch = this.results.open(frames);
    while (batch.next()) {
      const entry = this.entryAt(batch.frame, batch.record);
      const { status, attempt } = batch;
      const told: Delivered = { life, status, attempt, payload: Buffer.from(batch.payload).toString() };
      const isDropped = entry.cancelledIn?.from === 'finished' && told.payload === '';
      if (!isDropped) checkOutcome(this.runs, entry.taskId, attempt, status, told.payload);
      for (const before of entry.delivered) this.checkSame(entry, before, told);
      entry.delivered.push(told);
    }
  }

  private onSettled(frames: readonly Uint8Array[], epoch: number): void {
    const batch = this.settled.open(frames);
    while (batch.next()) {
      if (batch.verdict !== Verdict.accepted) continue;
      const taskId = readTaskId(batch.frame, batch.record);
      const key = `${taskId} epoch ${batch.epoch} attempt ${batch.attempt}, settled in ${epoch}`;
      promise(
        !this.settledAsAccepted.has(key),
        'lease-ends-once',
        () => `two ends of one lease were accepted: ${key}`,
      );
      this.settledAsAccepted.add(key);
    }
  }

  /** What a client was told once is what it is told again, in the same life of the balancer or if it was on its disk. */
  private checkSame(entry: Entry, before: Delivered, told: Delivered): void {
    const { taskId, cancelledIn } = entry;
    const mustBeSame = before.life === told.life || isOnDisk(entry);
    if (!mustBeSame || cancelledIn?.from === 'finished') return;
    promise(
      before.status === told.status && before.attempt === told.attempt && before.payload === told.payload,
      'one-result',
      () => `task ${taskId} had two ends: ${JSON.stringify(before)} and ${JSON.stringify(told)}`,
    );
  }

  private entryAt(frame: Uint8Array, record: number): Entry {
    const taskId = readTaskId(frame, record);
    const entry = this.ledger.get(taskId);
    promise(
      entry !== undefined,
      'known-task',
      () => `a client is told of task ${taskId}, which nobody handed in`,
    );
    return entry;
  }
}

function describeEnvelope(frame: Uint8Array): string {
  const { envelope } = decodeEnvelope(frame);
  if (isCall(envelope)) return envelope.pattern;
  return envelope.err === undefined ? `answer ${envelope.id}` : `error ${JSON.stringify(envelope.err)}`;
}
