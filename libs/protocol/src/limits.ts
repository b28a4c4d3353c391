import { invariant } from '@penstock/runtime';

/**
 * Bounds of the wire that are part of the protocol itself. What an operator may choose (payload size, windows,
 * quotas) is a parameter and is told in the welcome.
 */
export const limits = {
  /** A batch is flushed when its frame would grow past this; a task larger than this travels alone. */
  batchBytes: 64 * 1024,
  /** Records in one batch. */
  batchRecords: 8_192,
  /** Strings in one batch's table; 65,535 is the index that means "none". */
  batchStrings: 4_096,
  /** UTF-8 bytes of one string of a table. */
  stringBytes: 4_096,
  /** UTF-8 bytes of a task's option block. */
  optionsBytes: 16 * 1024,
  /** UTF-8 bytes of an idempotency key. */
  idempotencyKeyBytes: 256,
  /** Milliseconds that a rule of delivery may speak of, where it is a span of time: ten years. */
  ruleMs: 10 * 365 * 24 * 60 * 60 * 1_000,
  /** Bytes of one control message, its head included. */
  envelopeBytes: 1024 * 1024,
  /** Leases that one control message lists: a hub holds no more than a hello can tell. */
  listedLeases: 10_240,
  /** Nesting of a control message's JSON. */
  envelopeDepth: 64,
  /** UTF-8 bytes of a task's name. */
  nameBytes: 128,
  /** UTF-8 bytes of a userId. */
  userBytes: 128,
  /** Frames of one message without the routing id: a head and a payload. */
  frames: 2,
} as const;

/** Index into a string table that stands for "no string". */
export const NO_STRING = 0xffff;

/** Bytes that a lease takes in a control message at most, names of fields and all. */
const LISTED_LEASE_BYTES = 96;

invariant(
  limits.listedLeases * LISTED_LEASE_BYTES < limits.envelopeBytes,
  'PRO-006',
  'listed leases fit an envelope',
);
invariant(limits.batchStrings < NO_STRING, 'PRO-001', 'an index of the string table fits beside NO_STRING');
invariant(limits.stringBytes <= 0xffff, 'PRO-002', 'a length in the string table fits 16 bits');
invariant(limits.nameBytes <= limits.stringBytes, 'PRO-003', 'a task name fits the string table');
