import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../test/golden.js';
import { limits } from '../limits.js';
import { PenstockError } from '../errors.js';
import { viewOf } from '../frame.js';
import { encodeRules } from './encode-rules.js';
import { readRules, readTimeoutMs } from './read-rules.js';
import { backoffKinds, type TaskRules } from './task-rules.js';

interface GoldenRules {
  readonly blocks: readonly { description: string; hex: string; rules: TaskRules }[];
  readonly readOnly: readonly { description: string; hex: string; rules: TaskRules }[];
  readonly refused: readonly { description: string; hex: string; code: string }[];
}

const golden = readGolden<GoldenRules>('rules');
const u32 = { min: 0, max: 0xffff_ffff };
const span = (min: number) => fc.double({ min, max: limits.ruleMs, noNaN: true });

/** Any rules that may be, each there or not. */
const anyRules: fc.Arbitrary<TaskRules> = fc
  .record(
    {
      retry: fc.record({
        maxAttempts: fc.integer({ min: 1, max: 0xffff }),
        kind: fc.constantFrom(...backoffKinds),
        delays: fc.tuple(fc.integer(u32), fc.integer(u32)),
      }),
      onWorkerLoss: fc.constantFrom('retry' as const, 'fail' as const),
      timeoutMs: fc.integer({ min: 1, max: 0xffff_ffff }),
      deadlineMs: span(1),
      first: fc.oneof(fc.record({ delayMs: span(0) }), fc.record({ runAt: span(0) })),
      queueTtlMs: span(1),
      idempotencyKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      durability: fc.constantFrom('memory' as const, 'disk' as const),
    },
    { requiredKeys: [] },
  )
  .map(({ retry, first, ...rules }) => {
    if (retry === undefined) return { ...rules, ...first };
    const { maxAttempts, kind, delays } = retry;
    const backoff = { kind, delayMs: Math.min(...delays), maxDelayMs: Math.max(...delays) };
    return { maxAttempts, backoff, ...rules, ...first };
  });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof PenstockError) return error.code;
    throw error;
  }
  return 'it was accepted';
}

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('the rules of a task', () => {
  it('come back as they were written, wherever their block lies', () => {
    fc.assert(
      fc.property(anyRules, fc.nat(9), (rules, before) => {
        const block = encodeRules(rules);
        expect(readRules(block)).toEqual(rules);
        const larger = Buffer.alloc(before + block.byteLength + 5, 0xee);
        larger.set(block, before);
        expect(readRules(larger, before, block.byteLength)).toEqual(rules);
        const view = viewOf(larger);
        expect(readTimeoutMs(view, before, block.byteLength)).toBe(rules.timeoutMs ?? 0);
      }),
    );
  });

  it('take no bytes when there are none', () => {
    expect(encodeRules({})).toHaveLength(0);
    expect(readRules(new Uint8Array(0))).toEqual({});
  });

  it.each(golden.blocks)('are read and written as the golden example: $description', ({ hex, rules }) => {
    expect(readRules(bytesOf(hex))).toEqual(rules);
    expect(Buffer.from(encodeRules(rules)).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  it.each(golden.readOnly)('are read as the golden example: $description', ({ hex, rules }) => {
    expect(readRules(bytesOf(hex))).toEqual(rules);
  });

  it.each(golden.refused)('are refused as the golden example: $description', ({ hex, code }) => {
    expect(codeOf(() => readRules(bytesOf(hex)))).toBe(code);
  });

  it('of any bytes are read or refused, and what was read can be written', () => {
    const option = fc
      .tuple(
        fc.oneof(fc.integer({ min: 0x8000, max: 0x800b }), fc.nat(0xffff)),
        fc.uint8Array({ maxLength: 13 }),
      )
      .map(([tag, body]) => {
        const head = Buffer.alloc(4);
        head.writeUInt16LE(tag, 0);
        head.writeUInt16LE(body.byteLength, 2);
        return Buffer.concat([head, body]);
      });
    const block = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(option, { maxLength: 3 }).map(Buffer.concat),
    );
    const tally = { read: 0, refused: 0 };
    fc.assert(
      fc.property(block, (bytes) => {
        const larger = Buffer.alloc(bytes.byteLength + 40, 0xff);
        larger.set(bytes, 20);
        let rules: TaskRules | undefined;
        const code = codeOf(() => {
          rules = readRules(larger, 20, bytes.byteLength);
        });
        expect(['it was accepted', 'INVALID_RULES', 'UNSUPPORTED_OPTION']).toContain(code);
        tally[code === 'it was accepted' ? 'read' : 'refused'] += 1;
        expect(rules === undefined ? undefined : readRules(encodeRules(rules))).toEqual(rules);
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(tally.read, tally.refused)).toBeGreaterThan(50);
  });
});

describe('rules that no balancer takes', () => {
  const backoff = { kind: 'fixed', delayMs: 10, maxDelayMs: 10 } as const;
  const faulty: [string, object][] = [
    ['maxAttempts', { maxAttempts: 0, backoff }],
    ['maxAttempts', { maxAttempts: 1.5, backoff }],
    ['maxAttempts', { maxAttempts: 65_536, backoff }],
    ['maxAttempts', { maxAttempts: '3', backoff }],
    ['backoff', { maxAttempts: 3 }],
    ['backoff', { backoff }],
    ['backoff.kind', { maxAttempts: 3, backoff: { ...backoff, kind: 'linear' } }],
    ['backoff.delayMs', { maxAttempts: 3, backoff: { ...backoff, delayMs: -1 } }],
    ['backoff.maxDelayMs', { maxAttempts: 3, backoff: { ...backoff, maxDelayMs: 9 } }],
    ['backoff.maxDelayMs', { maxAttempts: 3, backoff: { kind: 'fixed', delayMs: 10 } }],
    ['onWorkerLoss', { onWorkerLoss: 'ignore' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: 2 ** 32 }],
    ['deadlineMs', { deadlineMs: Number.NaN }],
    ['deadlineMs', { deadlineMs: Infinity }],
    ['delayMs', { delayMs: -1 }],
    ['delayMs', { delayMs: limits.ruleMs + 1 }],
    ['runAt', { runAt: new Date(0) }],
    ['runAt', { runAt: 0, delayMs: 0 }],
    ['queueTtlMs', { queueTtlMs: 0 }],
    ['idempotencyKey', { idempotencyKey: '' }],
    ['idempotencyKey', { idempotencyKey: 7 }],
    ['idempotencyKey', { idempotencyKey: '\ud800' }],
    ['idempotencyKey', { idempotencyKey: 'é'.repeat(129) }],
    ['durability', { durability: 'paper' }],
  ];

  it.each(faulty)('are refused by the name of the faulty one: %s of %j', (rule, rules) => {
    expect(() => encodeRules(rules)).toThrow(
      expect.objectContaining({
        code: 'INVALID_RULES',
        details: { rule },
        message: expect.stringContaining(rule),
      }),
    );
  });

  it('may be as large as they may be', () => {
    const rules = { timeoutMs: 2 ** 32 - 1, deadlineMs: limits.ruleMs, idempotencyKey: 'é'.repeat(128) };
    expect(readRules(encodeRules(rules))).toEqual(rules);
  });
});
