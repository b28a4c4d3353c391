import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { freshEndpoint } from '../test/endpoints.js';
import { ask } from '../test/readme/client.js';
import { serve } from '../test/readme/server.js';
import * as api from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

Logger.overrideLogger(false);

describe('README.md', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  it.each(['server.ts', 'client.ts'])('shows %s as it is tested', (file) => {
    const code = read(`../test/readme/${file}`).replace('../../src/index.js', '@penstock/nestjs-zeromq');
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  });

  it('shows a server and a client that work', async () => {
    const endpoint = await freshEndpoint('tcp');
    const app = await serve(endpoint);
    cleanups.push(() => app.close());
    expect(await ask(endpoint)).toEqual({ sum: 6, countdown: [3, 2, 1], inTime: 4 });
  });

  it('names everything that the package exports', () => {
    for (const name of Object.keys(api)) expect(readme).toContain(name);
  });
});
