import { describe, expect, it } from 'vitest';
import { howToSubmit } from './how-to-submit.js';

const values = {
  LB_IP: '127.0.0.1',
  LB_HTTPPORT: 8080,
  LB_HTTPCERT: undefined,
  LB_CLIENTPULLPORT: 5799,
  WKHUB_TASKS: 'tasks',
  LB_BIND: '127.0.0.1',
  PENSTOCK_KEY: undefined,
  PENSTOCK_TOKEN_FILE: '/home/me/.penstock/admin/token',
  PENSTOCK_DATA: '.penstock',
  PENSTOCK_DURABILITY: 'disk',
} as const;
const page = 'http://127.0.0.1:9000/login#once';

describe('howToSubmit', () => {
  it('shows a command and a script that need no more than what is shown', () => {
    const text = howToSubmit(values, page, 'node').join('\n');
    expect(text).toContain("curl -X POST 'http://127.0.0.1:8080/api/tasks?wait=5s'");
    expect(text).toContain('new TaskClient();');
  });

  it('begins with the link that opens the page', () => {
    expect(howToSubmit(values, page, 'node')[1]).toBe(`Penstock is ready. See what it does: ${page}`);
  });

  it('shows a token where one is asked for, by the file that it is in', () => {
    expect(howToSubmit(values, page, 'node').join('\n')).not.toContain('Bearer');
    const text = howToSubmit({ ...values, LB_BIND: '0.0.0.0' }, page, 'node').join('\n');
    expect(text).toContain('-H "authorization: Bearer $(cat /home/me/.penstock/admin/token)"');
  });

  it('shows the ports that were chosen', () => {
    const text = howToSubmit({ ...values, LB_HTTPPORT: 1234, LB_CLIENTPULLPORT: 5678 }, page, 'node').join(
      '\n',
    );
    expect(text).toContain("curl -X POST 'http://127.0.0.1:1234/api/tasks?wait=5s'");
    expect(text).toContain('new TaskClient({ port: 5678 });');
  });

  it('shows the key of a client where the balancer has keys', () => {
    const text = howToSubmit({ ...values, PENSTOCK_KEY: 'keys/client/peer.key' }, page, 'node').join('\n');
    expect(text).toContain("new TaskClient({ key: 'keys/client/peer.key' });");
  });

  it.each([
    [{}, 'What is acknowledged is on the disk, in .penstock: the next start goes on with it.'],
    [
      { PENSTOCK_DURABILITY: 'memory' as const },
      'Tasks are in memory, but for those that ask for the disk (durability: disk), in .penstock.',
    ],
    [
      { PENSTOCK_DATA: 'none' },
      'Tasks are in memory alone (PENSTOCK_DATA is none): the next start knows none of them.',
    ],
  ])('says what the next start will know: %j', (own, line) => {
    expect(howToSubmit({ ...values, ...own }, page, 'node')).toContain(line);
  });
});
