import type { HubHeartbeat } from '@penstock/protocol';
import { cpus } from 'node:os';
import pidusage from 'pidusage';

/** Workers whose load is measured at each beat; with more of them they take turns. */
const PIDS_PER_BEAT = 64;

interface CpuTimes {
  readonly idle: number;
  readonly total: number;
}

/** Measures how busy the machine and each worker's process are. */
export class LoadMeter {
  private before = cpuTimes();
  private readonly workers = new Map<string, number>();
  private turn = 0;
  private isMeasuring = false;

  /**
   * The load since the last call: of the machine in per cent, of each worker in per cent of one processor.
   *
   * @param pids the workers' processes by name
   */
  beat(pids: ReadonlyMap<string, number>): HubHeartbeat {
    for (const name of this.workers.keys()) if (!pids.has(name)) this.workers.delete(name);
    void this.measureWorkers(pids);
    return { cpu: this.machine(), workers: Object.fromEntries(this.workers) };
  }

  private machine(): number {
    const now = cpuTimes();
    const total = now.total - this.before.total;
    const idle = now.idle - this.before.idle;
    this.before = now;
    return total <= 0 ? 0 : Math.min(100, Math.max(0, Math.round((1 - idle / total) * 1_000) / 10));
  }

  private async measureWorkers(pids: ReadonlyMap<string, number>): Promise<void> {
    if (this.isMeasuring) return;
    this.isMeasuring = true;
    const all = [...pids];
    const from = all.length === 0 ? 0 : (this.turn * PIDS_PER_BEAT) % all.length;
    this.turn = from + PIDS_PER_BEAT >= all.length ? 0 : this.turn + 1;
    for (const [name, pid] of all.slice(from, from + PIDS_PER_BEAT)) {
      // A process that ended meanwhile has no load; its worker is told of as gone soon enough.
      const usage = await pidusage(pid).catch(() => undefined);
      if (usage !== undefined) this.workers.set(name, Math.max(0, Math.round(usage.cpu)));
    }
    this.isMeasuring = false;
  }
}

function cpuTimes(): CpuTimes {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}
