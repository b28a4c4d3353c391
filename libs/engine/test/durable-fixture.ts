import { simulatedJournal, SimulatedDisk } from '@penstock/journal';
import { seededRandom } from '@penstock/runtime';
import type { SchedulerSettings } from '@penstock/scheduler';
import { engineFixture } from './engine-fixture.js';

/** A life of an engine. */
export interface Life extends ReturnType<typeof engineFixture> {
  readonly recovered: { readonly tasks: number };
  readonly epoch: number;
}

/** Lives of an engine over one disk, whose syncs end when the test says so. */
export function durableFixture(scheduler: Partial<SchedulerSettings> = {}, seed = 1) {
  const ends: (() => void)[] = [];
  const timers = {
    soon: (callback: () => void) => void setImmediate(callback),
    after: (_ms: number, callback: () => void) => {
      ends.push(callback);
      return () => void ends.splice(ends.indexOf(callback), 1);
    },
  };
  const disk = new SimulatedDisk({ timers, random: seededRandom(seed) });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const sync = async (): Promise<void> => {
    do {
      for (const end of ends.splice(0)) end();
      await settle();
    } while (ends.length > 0);
  };
  let now = 1_000;
  let wallStepMs = 0;
  let boots = 1;
  const start = async (): Promise<Life> => {
    const journal = simulatedJournal(disk, { timers });
    const opening = journal.open();
    await sync();
    const { epoch } = await opening;
    const life = engineFixture(scheduler, { journal, epoch, boot: { id: `boot ${boots}`, offsetMs: 0 } });
    life.clock.now = now;
    life.clock.wallStepMs = wallStepMs;
    const recovered = await life.engine.recover();
    await life.turn();
    return { ...life, recovered, epoch };
  };
  const again = ({ clock }: Life, downMs = 100, setByMs = 0): Promise<Life> => {
    now = clock.now + downMs;
    wallStepMs = clock.wallStepMs + setByMs;
    disk.crash();
    ends.length = 0;
    return start();
  };
  return {
    disk,
    /** Ends the syncs that are under way, and those that follow. */
    sync,
    start,
    /** Power is lost; a while later there is a new life, and somebody may have set the clock. */
    crash: (life: Life, downMs = 100, setByMs = 0): Promise<Life> => {
      boots += 1;
      return again(life, downMs, setByMs);
    },
    /** The process is killed, and the machine lives on. */
    kill: again,
  };
}
