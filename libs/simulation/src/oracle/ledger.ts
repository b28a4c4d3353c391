import type { DeliveryOptions } from '@penstock/client';
import type { TaskId } from '@penstock/protocol';
import type { Behaviour } from '../hub/behaviour.js';

/** What a client asks for. */
export interface Order {
  readonly client: string;
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  readonly behaviour: Behaviour;
  /** The rules by which it is to be delivered. */
  readonly rules: DeliveryOptions;
}

/** How a task ended for its client. */
export type ClientEnd =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** What reached a client about a task's end. */
export interface Delivered {
  readonly life: number;
  readonly status: number;
  readonly attempt: number;
  readonly payload: string;
}

/** All that is known of one task from outside. */
export interface Entry extends Order {
  readonly taskId: TaskId;
  /** Lives of the balancer, by their epochs, that have acknowledged it to a client, and at which level. */
  readonly acknowledged: Map<number, 'memory' | 'disk'>;
  /** Results that have reached a client. */
  readonly delivered: Delivered[];
  /** Its client wants it cancelled. */
  cancelAsked: boolean;
  /** The life in which a cancel found it waiting, or ended. */
  cancelledIn: { readonly life: number; readonly from: 'queued' | 'running' | 'finished' } | undefined;
  /** When a balancer took it last, in the time of the journal: it goes on from life to life. */
  takenAt: number | undefined;
  /** The balancer has let go of it: it had ended, and its time was over. */
  isForgotten: boolean;
  /** It was let go of, and taken anew since: all begins again. */
  wasTakenAnew: boolean;
  /** Its client, or somebody for it, still wants to know how it ends. */
  isWanted: boolean;
  end: ClientEnd | undefined;
}

/** Whether a task is to outlive every balancer. */
export function isOnDisk({ acknowledged }: Entry): boolean {
  return [...acknowledged.values()].includes('disk');
}

/** Jepsen's ledger: what was attempted, what was acknowledged, what came of it. */
export class Ledger {
  private readonly entries = new Map<TaskId, Entry>();
  private readonly wanted = new Set<Entry>();
  /** Ends so far, of tasks at a balancer and for their clients: each is a step on the way to rest. */
  ends = 0;

  add(taskId: TaskId, order: Order): Entry {
    const entry: Entry = {
      ...order,
      taskId,
      acknowledged: new Map(),
      delivered: [],
      cancelAsked: false,
      cancelledIn: undefined,
      takenAt: undefined,
      isForgotten: false,
      wasTakenAnew: false,
      isWanted: true,
      end: undefined,
    };
    this.entries.set(taskId, entry);
    this.wanted.add(entry);
    return entry;
  }

  get(taskId: TaskId): Entry | undefined {
    return this.entries.get(taskId);
  }

  get size(): number {
    return this.entries.size;
  }

  [Symbol.iterator](): IterableIterator<Entry> {
    return this.entries.values();
  }

  /** Tasks that somebody waits for. */
  get open(): ReadonlySet<Entry> {
    return this.wanted;
  }

  /** A client knows how its task has ended. */
  onEnd(entry: Entry, end: ClientEnd): void {
    entry.end = end;
    this.ends += 1;
    this.wanted.delete(entry);
  }

  /** Nobody wants to know any more how a task ends. */
  abandon(entry: Entry): void {
    entry.isWanted = false;
    this.wanted.delete(entry);
  }
}
