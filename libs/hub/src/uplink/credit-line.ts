import type { HubCredit } from '@penstock/protocol';
import type { SlotGroup } from '../slots/slot-group.js';

/** A window that changes by less than this share, while its slots stay, is not worth a message. */
const STEP = 1 / 4;
/** The largest window that the protocol has. */
const WINDOW_MAX = 65_535;

interface Told {
  readonly window: number;
  readonly slots: number;
}

/** What the balancer was told of each group's credit, and what it must be told anew. */
export class CreditLine {
  private readonly told = new Map<SlotGroup, Told>();
  private readonly changed = new Set<SlotGroup>();
  private sequence = 0;

  constructor(private readonly windowOf: (group: SlotGroup) => number) {}

  onChange(group: SlotGroup): void {
    this.changed.add(group);
  }

  /** The balancer is a new one, or back: it must be told all of it. */
  forget(): void {
    this.told.clear();
  }

  /** The messages that are due. */
  take(): HubCredit[] {
    const due: HubCredit[] = [];
    for (const group of this.changed) {
      const next = { window: Math.min(WINDOW_MAX, this.windowOf(group)), slots: group.liveSlots };
      if (!isWorthTelling(this.told.get(group), next)) continue;
      this.told.set(group, next);
      this.sequence += 1;
      due.push({ group: group.index, sequence: this.sequence, window: next.window });
    }
    this.changed.clear();
    return due;
  }
}

function isWorthTelling(told: Told | undefined, { window, slots }: Told): boolean {
  if (told === undefined || told.slots !== slots) return true;
  if (told.window === window) return false;
  const isBackToNone = window <= slots;
  return isBackToNone || Math.abs(window - told.window) >= Math.max(1, told.window * STEP);
}
