import type { PeerSender } from './peer-sender.js';

/** Messages for one peer. */
export interface Held {
  readonly sender: PeerSender;
  readonly peer: Uint8Array;
  readonly messages: readonly (readonly Uint8Array[])[];
}

/**
 * Holds back what must not be unsaid until what it speaks of is durable. Turns pass in their order: what a turn says goes
 * out when its commit is done, and not before what turns before it say.
 */
export class Gate {
  /** The last commit under way; `undefined` = all is durable. */
  private last: Promise<void> | undefined;

  /** @param onFailed told why a commit failed: what was held back for it is never sent */
  constructor(private readonly onFailed: (error: unknown) => void) {}

  /** Resolves when all that has passed is durable; `undefined` = it is. Never resolves when a commit has failed. */
  get pending(): Promise<void> | undefined {
    return this.last;
  }

  /** Lets what a turn says pass when its commit is done; `undefined` = it has none of its own. */
  pass(held: readonly Held[], commit: Promise<void> | undefined): void {
    const before = commit ?? this.last;
    if (before === undefined) {
      send(held);
      return;
    }
    const passed: Promise<void> = before.then(() => {
      send(held);
      if (this.last === passed) this.last = undefined;
    });
    this.last = passed;
    passed.catch(this.onFailed);
  }
}

function send(held: readonly Held[]): void {
  for (const { sender, peer, messages } of held) for (const frames of messages) sender.send(peer, frames);
}
