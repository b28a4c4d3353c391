/**
 * Every error code that Penstock sends or throws, with whether the same call may succeed later.
 * Codes are stable: scripts may compare them. Messages are for people and may change.
 */
export const errorCodes = {
  MALFORMED_FRAME: { retryable: false, meaning: 'The bytes are no frame of this protocol.' },
  UNSUPPORTED_VERSION: { retryable: false, meaning: "The frame's protocol version is not spoken here." },
  UNKNOWN_KIND: { retryable: false, meaning: "The frame's kind does not exist, or not in this direction." },
  UNKNOWN_PATTERN: { retryable: false, meaning: 'Nobody handles control messages of this pattern.' },
  INVALID_MESSAGE: { retryable: false, meaning: 'A control message does not have the shape it must have.' },
  TOO_LARGE: { retryable: false, meaning: 'A message, payload or batch exceeds a limit.' },
  SESSION_UNKNOWN: {
    retryable: true,
    meaning: 'The session of this frame is not open here: say hello again.',
  },
  SESSION_ENDED: {
    retryable: false,
    meaning: 'The session was given up; what it held belongs to others now.',
  },
  INVALID_TASK_ID: {
    retryable: false,
    meaning: 'The id is no UUIDv7, or does not carry the hash of its user.',
  },
  INVALID_NAME: { retryable: false, meaning: 'A task name is empty, too long or has control characters.' },
  INVALID_USER: { retryable: false, meaning: 'A userId is too long or has control characters.' },
  INVALID_PRIORITY: { retryable: false, meaning: 'A priority is not a finite number.' },
  INVALID_RULES: {
    retryable: false,
    meaning: "A task's rules of delivery are malformed or out of range.",
  },
  UNSUPPORTED_OPTION: { retryable: false, meaning: 'A task has a critical option that is not known here.' },
  ID_CONFLICT: { retryable: false, meaning: 'The id is taken by a task with other content.' },
  KEY_CONFLICT: {
    retryable: false,
    meaning: 'The idempotency key was used for a task with other content.',
  },
  QUOTA_EXCEEDED: { retryable: true, meaning: 'The user has too many queued tasks.' },
  QUEUE_FULL: { retryable: true, meaning: 'The balancer holds as many tasks or bytes as it may.' },
  JOURNAL_FULL: {
    retryable: true,
    meaning: 'The disk is full: nothing is taken that must be on it.',
  },
  WINDOW_EXCEEDED: {
    retryable: true,
    meaning: 'The client has more uncollected tasks than its window allows.',
  },
  TOO_MANY_NAMES: { retryable: false, meaning: 'More distinct task names than the balancer may hold.' },
  TOO_MANY_USERS: { retryable: true, meaning: 'More distinct users than the balancer may hold at a time.' },
  TOO_MANY_BANDS: { retryable: false, meaning: 'More distinct priority bands than the balancer may hold.' },
  TASK_UNKNOWN: {
    retryable: false,
    meaning: 'No task of this id is known (never submitted, or forgotten since).',
  },
  NOT_DEAD: { retryable: false, meaning: 'Only a task that ended without a result can be run again.' },
  TASK_FAILED: { retryable: false, meaning: "The task's handler failed." },
  TASK_CANCELLED: { retryable: false, meaning: 'The task was cancelled.' },
  TASK_EXPIRED: { retryable: false, meaning: "The task's time in the queue, or its deadline, was over." },
  ATTEMPT_TIMEOUT: { retryable: false, meaning: 'The handler took longer than an attempt may.' },
  WORKER_LOST: {
    retryable: false,
    meaning: 'The task may start only once, and its worker or hub was lost after that.',
  },
  QUARANTINED: {
    retryable: false,
    meaning: 'The task was on too many workers or hubs that were lost: it is not tried again.',
  },
  STALE_LEASE: { retryable: false, meaning: 'The sender does not hold the lease of this task (any more).' },
  DEADLINE_EXCEEDED: { retryable: true, meaning: 'No answer came in time.' },
  CONNECTION_LOST: { retryable: true, meaning: 'The peer went away before it answered.' },
  INVALID_ADDRESS: {
    retryable: false,
    meaning: 'The address to bind or dial is malformed or not of this machine.',
  },
  ADDRESS_IN_USE: { retryable: false, meaning: 'The address to bind is taken by another program.' },
  OUTBOX_FULL: { retryable: true, meaning: 'The peer does not read as fast as we write.' },
  JOURNAL_IN_USE: { retryable: true, meaning: 'Another process has the journal.' },
  JOURNAL_DAMAGED: { retryable: false, meaning: 'The journal has bytes that nobody wrote; see `salvage`.' },
  JOURNAL_NEWER: { retryable: false, meaning: 'The journal was written by a newer version.' },
  JOURNAL_FENCED: { retryable: false, meaning: 'Another process has taken the journal over.' },
  JOURNAL_FAILED: { retryable: false, meaning: 'The disk failed; what was not acknowledged may be lost.' },
  NOT_FOUND: { retryable: false, meaning: 'The HTTP interface has no such address.' },
  UNAUTHENTICATED: {
    retryable: false,
    meaning: 'The HTTP interface wants a token or a session, and this is none that it knows.',
  },
  TOO_MANY_ATTEMPTS: {
    retryable: true,
    meaning: 'Too many requests from this address had a wrong token, session or login code.',
  },
  FORBIDDEN: { retryable: false, meaning: 'This key, role, page or host name may not do this.' },
  INVALID_CERTIFICATE: {
    retryable: false,
    meaning: 'The certificate of an HTTP port, or its key, is missing or malformed.',
  },
  KEY_REFUSED: {
    retryable: true,
    meaning: 'The other end does not admit this key, or is not the one that it should be.',
  },
  INVALID_KEY: {
    retryable: false,
    meaning: 'A key, or a file of keys, is missing, malformed or open to others.',
  },
  CURVE_MISSING: { retryable: false, meaning: 'This build of ZeroMQ cannot encrypt.' },
  RATE_EXCEEDED: { retryable: true, meaning: 'The peer asks more often than it may.' },
  TOO_MANY_SESSIONS: { retryable: true, meaning: 'More sessions than may be open at a time.' },
  CLOSED: { retryable: false, meaning: 'This end was closed.' },
  SHUTTING_DOWN: { retryable: true, meaning: 'The balancer is stopping and takes nothing new.' },
  INTERNAL: { retryable: false, meaning: 'A fault of Penstock itself; its log says more.' },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

/** One of the stable codes of {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

/** An error as it travels: in a reply's `err`, in an HTTP body, in a refusal. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** What helps to mend it: the limit that was exceeded, the path of the faulty field, … */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Options of a {@link PenstockError}. */
export interface PenstockErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one family of errors that Penstock throws; `code` tells them apart. */
export class PenstockError extends Error {
  override readonly name: string = 'PenstockError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: PenstockErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** The error as it travels. */
  toWire(): WireError {
    const { code, message, retryable, details } = this;
    return details === undefined ? { code, message, retryable } : { code, message, retryable, details };
  }

  /**
   * Rebuilds an error from what a peer sent; what is not a {@link WireError} becomes `INTERNAL`,
   * so that a strange peer cannot make its callers crash.
   */
  static fromWire(wire: unknown): PenstockError {
    if (typeof wire !== 'object' || wire === null) return new PenstockError('INTERNAL', String(wire));
    const { code, message, details } = wire as { code?: unknown; message?: unknown; details?: unknown };
    const text = typeof message === 'string' ? message : 'the peer gave no message';
    const options =
      typeof details === 'object' && details !== null && !Array.isArray(details)
        ? { details: details as Record<string, unknown> }
        : {};
    return new PenstockError(isErrorCode(code) ? code : 'INTERNAL', text, options);
  }
}

/** Whether `value` is one of the stable codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}
