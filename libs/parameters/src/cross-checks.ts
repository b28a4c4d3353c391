import type { ParameterName } from './table/table.js';
import type { ParameterValues } from './values.js';

type NumberName = { [N in ParameterName]: ParameterValues[N] extends number ? N : never }[ParameterName];

/** A condition between two parameters that are each right by themselves. */
export interface CrossCheck {
  readonly name: NumberName;
  /** What is expected of it, to be read before the other's name. */
  readonly expected: string;
  readonly other: NumberName;
  readonly holds: (value: number, other: number) => boolean;
}

/** Ports that are bound as they are, all of them when `penstock up` starts everything on one machine. */
const boundPorts = [
  'LB_CLIENTPULLPORT',
  'LB_WKPULLPORT',
  'LB_HCREPPORT',
  'LB_HTTPPORT',
  'HC_HTTPPORT',
  'MONITOR_PORT',
] as const;

/** Every condition between parameters. */
export const crossChecks: readonly CrossCheck[] = [
  {
    // One lost heartbeat, or two, is no lost peer.
    name: 'HEARTBEAT_TIMEOUT',
    expected: 'at least 3 times',
    other: 'HEARTBEAT_INTERVAL',
    holds: (timeout, interval) => timeout >= 3 * interval,
  },
  {
    // Otherwise the largest payload that is allowed could never be sent.
    name: 'LB_WINDOW_BYTES',
    expected: 'at least',
    other: 'LB_PAYLOAD_MAX',
    holds: (window, payload) => window >= payload,
  },
  {
    name: 'LB_QUEUE_MAXBYTES',
    expected: 'at least',
    other: 'LB_PAYLOAD_MAX',
    holds: (held, payload) => held >= payload,
  },
  {
    // A round begins when the one before it is over.
    name: 'HC_INTERVAL',
    expected: 'at least',
    other: 'HC_TIMEOUT',
    holds: (interval, timeout) => interval >= timeout,
  },
  ...boundPorts.flatMap((name, index) =>
    boundPorts.slice(0, index).map((other) => ({
      name,
      expected: 'another port than',
      other,
      // 0 is a free port, another one each time.
      holds: (one: number, two: number) => one !== two || one === 0,
    })),
  ),
];
