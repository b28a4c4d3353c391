import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { environment, root } from './workspace.mjs';

const NPM_WATCH_MS = 500;

/** A step that failed. Its message is for people, its exit code for who called; interrupted, it has no message. */
export class StepFailed extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command of the workspace. Signals that reach this process are handed on, and the command decides what they
 * mean.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: object, stdout?: import('node:stream').Writable, onOutput?: (chunk: Buffer) => void }} options
 *   stdout takes the place of ours; onOutput takes what would go to both of our outputs
 * @returns {Promise<{ exitCode: number, signal: string | undefined }>} the exit code, which is 128 and the
 *   signal's number for a command that a signal has ended, as in shells; and the signal that reached this process
 */
export function run(command, args, { env = environment, stdout = 'inherit', onOutput } = {}) {
  const outputs = onOutput ? ['pipe', 'pipe'] : [stdout, 'inherit'];
  const child = spawn(command, args, { cwd: root, env, stdio: ['inherit', ...outputs] });
  if (onOutput) {
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
  }
  const signals = watchSignals((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new StepFailed(`${command} cannot be started: ${error.message}`, 127)),
    );
    child.once('close', (code, endedBy) => {
      resolve({ exitCode: code ?? exitCodeOf(endedBy), signal: signals.received() });
    });
  }).finally(signals.unwatch);
}

/** Runs a command that a later step builds on. */
export async function mustRun(command, args, { failure, ...options }) {
  const { exitCode, signal } = await run(command, args, options);
  if (signal !== undefined) throw new StepFailed('', exitCodeOf(signal));
  if (exitCode !== 0) throw new StepFailed(failure, exitCode);
}

function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

function watchSignals(forward) {
  let received;
  const onSignal = (signal) => {
    received = signal;
    // A terminal sends Ctrl-C to its whole foreground group, the command included: handed on, it would be a second one.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) forward(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  const unwatchNpm = watchNpm(() => onSignal('SIGTERM'));
  return {
    received: () => received,
    unwatch: () => {
      for (const signal of signals) process.off(signal, onSignal);
      unwatchNpm();
    },
  };
}

/** Notices when the npm that runs this is gone: killed, it could not tell, and nobody else would end what it began. */
function watchNpm(onGone) {
  const npm = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    onGone();
  }, NPM_WATCH_MS);
  return () => clearInterval(timer);
}
