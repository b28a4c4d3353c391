import { describe, expect, it } from 'vitest';
import { howToSubmit } from './how-to-submit.js';

const values = {
  LB_IP: '127.0.0.1',
  LB_HTTPPORT: 8080,
  LB_CLIENTPULLPORT: 5799,
  WKHUB_TASKS: 'tasks',
  MONITOR_IP: '0.0.0.0',
  MONITOR_PORT: 9000,
  PENSTOCK_DATA: '.penstock',
  PENSTOCK_DURABILITY: 'disk',
} as const;

describe('howToSubmit', () => {
  it('shows a command and a script that need no more than what is shown', () => {
    const text = howToSubmit(values, 'node').join('\n');
    expect(text).toContain("curl -X POST 'http://127.0.0.1:8080/api/tasks?wait=5s'");
    expect(text).toContain('new TaskClient();');
  });

  it("shows the page's address as a browser here reaches it", () => {
    expect(howToSubmit(values, 'node')[1]).toBe('Penstock is ready. See what it does: http://127.0.0.1:9000');
  });

  it('shows the ports that were chosen', () => {
    const text = howToSubmit({ ...values, LB_HTTPPORT: 1234, LB_CLIENTPULLPORT: 5678 }, 'node').join('\n');
    expect(text).toContain("curl -X POST 'http://127.0.0.1:1234/api/tasks?wait=5s'");
    expect(text).toContain('new TaskClient({ port: 5678 });');
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
    expect(howToSubmit({ ...values, ...own }, 'node')).toContain(line);
  });
});
