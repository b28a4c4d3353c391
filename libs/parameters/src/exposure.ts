import type { App, Part } from './app.js';
import { isLoopback } from './loopback.js';
import type { ParameterName } from './table/table.js';
import { describeSource, type ParameterValues, type Source } from './values.js';

/** A port that other machines may reach, and what then tells who calls there. */
interface Door {
  readonly part: Part;
  readonly bind: 'LB_BIND' | 'WKHUB_BIND' | 'HC_BIND';
  readonly lock: 'PENSTOCK_KEYS' | 'PENSTOCK_KEY' | 'PENSTOCK_TOKENS';
  /** What locks it instead where the launcher starts the part, which finds that one's key beside the balancer's. */
  readonly lockOfLauncher?: 'PENSTOCK_KEYS';
  /** The launcher brings the lock, where nobody has named one. */
  readonly isLaunchedWithLock?: true;
  readonly remedy: string;
}

const makeTokens =
  'for HTTP, make tokens with "penstock tokens init FOLDER" and set PENSTOCK_TOKENS to FOLDER/tokens';

const doors: readonly Door[] = [
  {
    part: 'balancer',
    bind: 'LB_BIND',
    lock: 'PENSTOCK_KEYS',
    remedy: 'make keys with "penstock keys init FOLDER" and set PENSTOCK_KEYS to FOLDER/balancer',
  },
  {
    part: 'worker-hub',
    bind: 'WKHUB_BIND',
    lock: 'PENSTOCK_KEY',
    lockOfLauncher: 'PENSTOCK_KEYS',
    remedy: 'set PENSTOCK_KEY to the file of a key with the role worker',
  },
  {
    part: 'balancer',
    bind: 'LB_BIND',
    lock: 'PENSTOCK_TOKENS',
    remedy: makeTokens,
    isLaunchedWithLock: true,
  },
  {
    part: 'healthcheck',
    bind: 'HC_BIND',
    lock: 'PENSTOCK_TOKENS',
    remedy: makeTokens,
    isLaunchedWithLock: true,
  },
];

/** Ports that would be open to everybody who can reach them, a line each, with what to do about it. */
export function openDoors(
  app: App,
  values: ParameterValues,
  sources: Readonly<Record<ParameterName, Source>>,
  wrong: ReadonlySet<ParameterName>,
): readonly string[] {
  if (wrong.has('PENSTOCK_INSECURE') || values.PENSTOCK_INSECURE) return [];
  return doors
    .filter(
      ({ part, bind, lock, isLaunchedWithLock = false }) =>
        (app === part || (app === 'launcher' && !isLaunchedWithLock)) && !wrong.has(bind) && !wrong.has(lock),
    )
    .filter(({ bind, lock, lockOfLauncher }) => {
      const locks = app === 'launcher' ? (lockOfLauncher ?? lock) : lock;
      return !isLoopback(values[bind]) && values[locks] === undefined;
    })
    .map(
      ({ bind, remedy }) =>
        `${bind} = ${values[bind]} (${describeSource(sources[bind])}): other machines could reach it, and nobody asks who they are: ${remedy}, or say PENSTOCK_INSECURE=1 (--insecure) to go without`,
    );
}
