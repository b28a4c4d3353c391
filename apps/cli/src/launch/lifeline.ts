/**
 * Loaded into the balancer and the hub before they start: they must not outlive their launcher, not even one that was
 * killed and could not stop them. Their end of a pipe that only the launcher holds open tells.
 */
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { LIFELINE_FD } from './lifeline-fd.js';

/** How long they may take to stop on their own. */
const STOP_MS = 3_000;

if (isMainThread) {
  const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: false });
  lifeline.once('close', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  lifeline.on('error', () => {
    // A broken pipe closes as well.
  });
  lifeline.resume();
  lifeline.unref();
}
