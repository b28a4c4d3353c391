import { Logger, type LoggerService } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { withoutBootLines } from './boot-lines.js';

const lines: string[] = [];
const write =
  (level: string) =>
  (message: unknown, context?: unknown): void =>
    void lines.push(`${level} [${String(context)}] ${String(message)}`);
const mine: LoggerService = { log: write('log'), warn: write('warn'), error: write('error') };

afterEach(() => {
  lines.length = 0;
  Logger.overrideLogger(mine);
});

describe('a container that boots within an application', () => {
  it('says nothing of that, while the application goes on as before', async () => {
    Logger.overrideLogger(mine);
    const booted = await withoutBootLines(async () => {
      new Logger('InstanceLoader').log('AppModule dependencies initialized');
      new Logger('InstanceLoader').warn('something is wrong');
      new Logger('App').log('meanwhile');
      new Logger('App').debug('not everybody listens');
      return 'booted';
    });
    expect(booted).toBe('booted');
    new Logger('InstanceLoader').log('another one');
    expect(lines).toEqual([
      'warn [InstanceLoader] something is wrong',
      'log [App] meanwhile',
      'log [InstanceLoader] another one',
    ]);
  });

  it('leaves the logger that was there, also when it fails, and one that was set meanwhile', async () => {
    Logger.overrideLogger(mine);
    await expect(withoutBootLines(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    new Logger('InstanceLoader').log('heard');
    const others: unknown[] = [];
    const other = { ...mine, log: (message: unknown) => void others.push(message) };
    await withoutBootLines(async () => Logger.overrideLogger(other));
    new Logger('App').log('to the other');
    expect([lines, others]).toEqual([['log [InstanceLoader] heard'], ['to the other']]);
  });

  it('says nothing where nobody does', async () => {
    Logger.overrideLogger(false);
    await withoutBootLines(async () => new Logger('App').log('unheard'));
    new Logger('App').log('unheard');
    expect(lines).toEqual([]);
  });
});
