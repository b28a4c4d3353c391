import { describe, expect, it } from 'vitest';
import { asksForHelp, renderHelp } from './help.js';

describe('renderHelp', () => {
  it('has the parameters of the app and no others', () => {
    const help = renderHelp('worker-hub');
    expect(help).toContain('  --wkhub-cancel-grace DURATION\n');
    expect(help).toContain('  --wkhub-watch[=false]\n');
    expect(help).toContain('  --lb-payload-max SIZE\n');
    expect(help).not.toContain('--lb-queue-max');
    expect(help).not.toContain('What is kept, and for how long');
    expect(help).not.toContain('--socket-timeout');
  });

  it('has all that are of use for the launcher', () => {
    const help = renderHelp('launcher');
    expect(help).toContain('--lb-queue-max');
    expect(help).toContain('--wkhub-tasks');
    expect(help).not.toContain('--wkhub-lbport');
  });

  it('tells meaning and default', () => {
    expect(renderHelp('balancer')).toContain(
      [
        '  --lb-cancelled-ttl DURATION',
        '      How long a cancelled task is remembered as cancelled. Default: 2m.',
      ].join('\n'),
    );
  });

  it.each(['balancer', 'worker-hub', 'client', 'launcher'] as const)('fits 100 columns for the %s', (app) => {
    expect(
      renderHelp(app)
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([]);
  });
});

describe('asksForHelp', () => {
  it('sees both spellings, and not a value that looks alike', () => {
    expect(asksForHelp(['--lb-ip', 'a', '-h'])).toBe(true);
    expect(asksForHelp(['--help'])).toBe(true);
    expect(asksForHelp(['--wkhub-name', 'help'])).toBe(false);
  });
});
