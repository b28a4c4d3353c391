import { execFileSync } from 'node:child_process';

/** All processes that a process has started, and those that these have started; itself is not among them. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map(
    execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]),
  );
  const descendants = [...parents.keys()].filter((candidate) => {
    let parent = parents.get(candidate);
    while (parent !== undefined && parent !== pid) parent = parents.get(parent);
    return parent === pid;
  });
  return descendants;
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
