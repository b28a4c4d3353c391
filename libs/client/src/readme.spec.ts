import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tour } from '../test/readme/tour.js';
import { startBalancer } from '../test/setup.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('README.md', () => {
  it('shows the tour as it is tested', () => {
    const code = read('../test/readme/tour.ts').replace('../../src/index.js', '@penstock/client');
    expect(read('../README.md')).toContain(`\`\`\`ts\n${code}\`\`\``);
  });

  it('shows a tour that works', async () => {
    const balancer = await startBalancer();
    balancer.run = ({ name, payload, bytes }) =>
      name === 'HELLO' ? `Hello ${(payload as { firstName: string }).firstName} !` : { hex: `0${bytes[0]}` };
    expect(await tour(Number(new URL(balancer.endpoint).port))).toEqual([
      'Hello John !',
      [{ hex: '01' }, { hex: '02' }],
      ['Hello Ada !', 'Hello Grace !'],
    ]);
  });
});
