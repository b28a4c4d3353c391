import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes, isErrorCode, PenstockError, type ErrorCode } from './errors.js';

const codes = Object.keys(errorCodes) as ErrorCode[];

describe('PenstockError', () => {
  it('keeps code, message and details on its way over the wire', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.string(),
        fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }),
        (code, message, details) => {
          const sent = new PenstockError(code, message, details === undefined ? {} : { details });
          const wire: unknown = JSON.parse(JSON.stringify(sent.toWire()));
          const received = PenstockError.fromWire(wire);
          expect(received.toWire()).toEqual(wire);
          expect(received.retryable).toBe(errorCodes[code].retryable);
        },
      ),
    );
  });

  it('says on the wire whether the same call may succeed later', () => {
    expect(new PenstockError('QUEUE_FULL', 'full').toWire()).toEqual({
      code: 'QUEUE_FULL',
      message: 'full',
      retryable: true,
    });
  });

  it('keeps its cause to itself', () => {
    const error = new PenstockError('INTERNAL', 'broken', { cause: new Error('secret') });
    expect(error.cause).toEqual(new Error('secret'));
    expect(JSON.stringify(error.toWire())).not.toContain('secret');
  });

  it('is made of anything that a peer may send', () => {
    fc.assert(
      fc.property(fc.anything(), (wire) => {
        const error = PenstockError.fromWire(wire);
        expect(codes).toContain(error.code);
        expect(error.message).toBeTypeOf('string');
        expect(error.toWire().code).toBe(error.code);
      }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'no such task'],
    ['a list', [1, 2]],
    ['no code', { message: 'm' }],
    ['a code of a later version', { code: 'NO_SUCH_CODE', message: 'm' }],
    ['a code that every object has', { code: 'toString', message: 'm' }],
    ['a code of another type', { code: { toString: 'INTERNAL' }, message: 7 }],
    ['details that are no object', { code: 'INTERNAL', message: 'm', details: 'd' }],
    ['details that are a list', { code: 'INTERNAL', message: 'm', details: ['d'] }],
  ])('becomes INTERNAL without details when a peer sends %s', (_, wire) => {
    const error = PenstockError.fromWire(wire);
    expect(error.code).toBe('INTERNAL');
    expect(error.details).toBeUndefined();
  });
});

describe('isErrorCode', () => {
  it('knows the codes and nothing else', () => {
    for (const code of codes) expect(isErrorCode(code)).toBe(true);
    for (const other of ['', 'internal', '__proto__', 'constructor', 7, null, undefined]) {
      expect(isErrorCode(other)).toBe(false);
    }
  });
});
