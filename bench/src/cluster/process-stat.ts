import { readdirSync, readFileSync } from 'node:fs';

/** Ticks per second in which Linux counts processor time. */
const TICKS_PER_SECOND = 100;

/** Memory of a process in bytes. */
export interface Memory {
  /** All that is in memory now. */
  readonly resident: number;
  /** Of it what is a file's, such as the pages of the journal that were read: the machine takes it back when it wants. */
  readonly file: number;
  /** The most that was ever resident. */
  readonly peak: number;
}

/** Processor seconds that a process has used so far, as Linux tells them. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The same, and what children used that have ended. */
export function cpuSecondsOfAll(pid: number): number {
  const fields = statFields(pid);
  return cpuSeconds(pid) + (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

/** What Linux tells of a process's memory. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const bytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) * 1_024;
  return { resident: bytes('VmRSS'), file: bytes('RssFile') + bytes('RssShmem'), peak: bytes('VmHWM') };
}

/** Files, sockets and the like that a process has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Processes whose parent is `pid`. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    return undefined; // It has ended since it was listed.
  }
}

/** Fields of a process's `stat` from the third on; the second, its name, may have spaces and brackets. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
