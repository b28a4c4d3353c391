import { parseArgs } from 'node:util';
import { faultKinds, type FaultKind } from './nemesis/plan.js';

/** What a run is asked to be. */
export interface ChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly json: boolean;
  /** The journal is on a small disk that is filled now and then. Needs root, since a tmpfs is mounted. */
  readonly fullDisk: boolean;
  /** The only faults that there are. */
  readonly kinds: readonly FaultKind[];
  readonly hubs: number;
  /** Tasks handed in per second, about. */
  readonly rate: number;
}

export const usage = `usage: npm run chaos -- [--seconds 30] [--seed <number>] [--json] [--full-disk] [--only <fault>[,<fault>…]]
                        [--hubs 3] [--rate 150]
faults: ${faultKinds.join(', ')}`;

/**
 * Reads the command line.
 *
 * @throws Error that says what is wrong with it
 */
export function readOptions(args: readonly string[], randomSeed: () => number): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '30' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      'full-disk': { type: 'boolean', default: false },
      only: { type: 'string' },
      hubs: { type: 'string', default: '3' },
      rate: { type: 'string', default: '150' },
    },
  });
  const kinds = values.only?.split(',') ?? faultKinds.filter((kind) => kind !== 'full-disk');
  if (values['full-disk'] && !kinds.includes('full-disk')) kinds.push('full-disk');
  return {
    seconds: positive('seconds', values.seconds),
    seed: values.seed === undefined ? randomSeed() : whole('seed', values.seed),
    json: values.json,
    fullDisk: kinds.includes('full-disk'),
    kinds: kinds.map(faultKind),
    hubs: whole('hubs', values.hubs, 1),
    rate: positive('rate', values.rate),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} is a number above 0, not ${JSON.stringify(text)}`);
}

function whole(name: string, text: string, least = 0): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name} is a whole number from ${least}, not ${JSON.stringify(text)}`);
}

function faultKind(name: string): FaultKind {
  const kind = faultKinds.find((known) => known === name);
  if (kind === undefined) throw new Error(`there is no fault ${JSON.stringify(name)}`);
  return kind;
}
