const key = Symbol.for('penstock.inside-worker');
const marked = globalThis as { [key]?: boolean };

/** Notes that this process or thread is a worker, whose modules start no hubs of their own. */
export function enterWorker(): void {
  marked[key] = true;
}

/** Whether this process or thread is a worker. */
export function isInsideWorker(): boolean {
  return marked[key] === true;
}
