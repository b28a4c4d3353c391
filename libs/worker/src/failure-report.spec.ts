import { describe, expect, it } from 'vitest';
import { failureReport } from './failure-report.js';

describe('failureReport', () => {
  it('keeps the name, message, stack, cause and code of an error', () => {
    const error = Object.assign(new RangeError('too far', { cause: new Error('the root') }), {
      code: 'E_FAR',
    });
    const report = failureReport(error);
    expect(report).toMatchObject({ name: 'RangeError', message: 'too far', code: 'E_FAR' });
    expect(report.stack).toContain('failure-report.spec');
    expect(report.stack).toContain('[cause]: Error: the root');
  });

  it('says that isolation may be why, where it may', () => {
    const failed = (code: string, cause?: Error) => Object.assign(new Error('no', { cause }), { code });
    const network = { network: 'none' } as const;
    expect(failureReport(failed('ENETUNREACH'), network).message).toMatch(/^no \(this task has no network/);
    expect(failureReport(new Error('no', { cause: failed('EAI_AGAIN') }), network).message).toContain(
      'WKHUB_NO_NETWORK',
    );
    expect(failureReport(failed('ERR_ACCESS_DENIED'), { files: 'none' }).message).toContain('WKHUB_NO_FILES');
    expect(failureReport(failed('ERR_ACCESS_DENIED'), network).message).toContain('WKHUB_READ');
    expect(failureReport(failed('ENETUNREACH'), { files: 'none' }).message).toBe('no');
    expect(failureReport(failed('ENETUNREACH')).message).toBe('no');
    expect(failureReport(failed('E_OWN'), network).message).toBe('no');
  });

  it.each([
    ['a text', 'a text'],
    [42, '42'],
    [undefined, 'undefined'],
    [{ status: 500 }, '{ status: 500 }'],
    [Symbol('s'), 'Symbol(s)'],
  ])('describes %s, which is no error', (thrown, message) => {
    expect(failureReport(thrown)).toEqual({ name: 'Error', message });
  });

  it('survives an error that does not want to be described', () => {
    const hostile = new Error('x');
    Object.defineProperty(hostile, 'message', {
      get() {
        throw new Error('no');
      },
    });
    expect(failureReport(hostile)).toEqual({
      name: 'Error',
      message: 'the handler threw something that cannot be described',
    });
  });

  it('bounds what it keeps', () => {
    const { message, stack } = failureReport(new Error('m'.repeat(100_000)));
    expect(message.length).toBeLessThan(10_000);
    expect(stack?.length).toBeLessThan(20_000);
  });
});
