import { describe, expect, it } from 'vitest';
import { createLogger, type LoggingOptions } from './logger.js';

function lines(options: Omit<LoggingOptions, 'destination'>) {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  return { written, logger: createLogger({ ...options, destination }) };
}

describe('createLogger', () => {
  it('writes a JSON object a line, with the fields of an object that follows the message', () => {
    const { written, logger } = lines({ level: 'info', format: 'json' });
    logger.log('LB - ADDING WORKER (worker_1)', { hub: 'a' }, 'Engine');
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      level: 30,
      msg: 'LB - ADDING WORKER (worker_1)',
      hub: 'a',
      context: 'Engine',
    });
  });

  it('keeps the message and the stack of an error', () => {
    const { written, logger } = lines({ level: 'info', format: 'json' });
    logger.error(new TypeError('no such thing'));
    const line = JSON.parse(written[0] ?? '') as { msg: string; err: { type: string; stack: string } };
    expect(line.msg).toBe('no such thing');
    expect(line.err.type).toBe('TypeError');
    expect(line.err.stack).toContain('logger.spec');
  });

  it('writes nothing below its level', () => {
    const { written, logger } = lines({ level: 'warn', format: 'json' });
    logger.log('unheard');
    logger.debug('unheard');
    logger.warn('heard');
    expect(written).toHaveLength(1);
  });

  it('writes a line for people when asked to', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const logger = createLogger({ level: 'info', format: 'pretty', destination: { write: resolve } });
    logger.log('LB - READY', { port: 8080 });
    expect(await promise).toMatch(/INFO: LB - READY.*"port":8080/);
  });
});
