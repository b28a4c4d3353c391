/** One process at one moment. */
export interface ProcessSample {
  /** Without pages of files, such as the journal's: the machine takes these back when it wants. */
  readonly residentMiB: number;
  /** Files, sockets and the like that it has open. */
  readonly openFiles: number;
}

/** What was measured since the last sample. */
export interface Sample {
  /** Since the begin. */
  readonly minutes: number;
  /** By name: `client`, `balancer`, `hub-1`, … */
  readonly processes: Readonly<Record<string, ProcessSample>>;
  /** Of the balancer's event loop, 99th percentile, in milliseconds. */
  readonly loopDelayMs: number;
  /** From submit to result of one small task at a time, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Tasks that have ended, of all kinds. */
  readonly tasks: number;
}
