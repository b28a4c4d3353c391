import { readdirSync, readFileSync } from 'node:fs';

/**
 * All processes that a process has started, and those that these have started; itself is not among them. Read from
 * `/proc`, since a bare machine has no `ps`.
 */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const parent = parentOf(name);
        return parent === undefined ? [] : [[Number(name), parent] as const];
      }),
  );
  return [...parents.keys()].filter((candidate) => {
    let parent = parents.get(candidate);
    while (parent !== undefined && parent !== pid) parent = parents.get(parent);
    return parent === pid;
  });
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the program's name, may have spaces and brackets of its own.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // It has ended since it was listed.
  }
}

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
