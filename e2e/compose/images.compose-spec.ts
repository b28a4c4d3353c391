import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Stack } from './support/stack.js';

const programs = ['balancer', 'healthcheck', 'worker-hub', 'cli'];
const images = [...programs, 'monitor'];

interface Config {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck?: object;
}

const stack = await Stack.make('images');

async function inspect(image: string): Promise<{ Config: Config; RootFS: { Layers: string[] } }> {
  const [found] = JSON.parse(await stack.docker('image', 'inspect', stack.image(image))) as [
    { Config: Config; RootFS: { Layers: string[] } },
  ];
  return found;
}

/** What a command says in a container of an image, as root, who sees everything. */
async function inside(image: string, command: string): Promise<string> {
  const root = ['run', '--rm', '--user', '0', '--network', 'none', '--entrypoint', 'sh'];
  return (await stack.docker(...root, stack.image(image), '-c', command)).trim();
}

describe.each(images)('the image of %s', (image) => {
  it('runs as nobody in particular, and says what it is', async () => {
    const { Config: config } = await inspect(image);
    expect(config.User).toBe('1000:1000');
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': expect.stringMatching(/^Penstock /) as string,
      'org.opencontainers.image.description': expect.stringMatching(/\.$/) as string,
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.version': stack.image(image).split(':')[1],
    });
  });

  it('has no compiler, no package manager’s cache, and no key', async () => {
    const tools = await inside(
      image,
      'for tool in gcc g++ cc make python3 tsc git; do command -v $tool; done; true',
    );
    expect(tools).toBe('');
    expect(
      await inside(image, 'ls -A /root/.npm /var/cache/pnpm /var/lib/apt/lists/*Packages* 2>/dev/null; true'),
    ).toBe('');
    expect(
      await inside(
        image,
        'find / -xdev \\( -name peer.key -o -name balancer.key -o -name .env -o -name .npmrc -not -path "/usr/local/lib/node_modules/*" \\)',
      ),
    ).toBe('');
  });
});

describe.each(programs)('the program %s', (program) => {
  it('comes with production files alone', async () => {
    const packages = (await inside(program, 'cd node_modules && ls -d * @*/*')).split('\n');
    expect(packages).toContain('@penstock/protocol');
    expect(
      packages.filter((name) =>
        /^(typescript|vitest|turbo|vite|oxlint|prettier|fast-check|@types.*|pnpm)$/.test(name),
      ),
    ).toEqual([]);
    expect(
      await inside(
        program,
        'find dist node_modules \\( -name "*.spec.*" -path "*@penstock*" -o -name "*.d.ts" -o -name "*.map" \\)',
      ),
    ).toBe('');
  });
});

it.each(images.filter((image) => image !== 'cli'))(
  'the image of %s says how to ask whether it is well',
  async (image) => {
    expect((await inspect(image)).Config.Healthcheck).toBeDefined();
  },
);

it('a change of one line makes one small layer anew, in seconds', async () => {
  const before = (await inspect('balancer')).RootFS.Layers;
  await appendFile(join(stack.checkout, 'apps/balancer/src/main.ts'), '\n// One more line.\nvoid 0;\n');
  const startedAt = performance.now();
  await stack.compose('build', 'balancer');
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stderr.write(`A change of one line was built in ${seconds.toFixed(1)} s\n`);
  const after = (await inspect('balancer')).RootFS.Layers;
  expect(after).toHaveLength(before.length);
  expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
  expect(after.at(-1)).not.toBe(before.at(-1));
  expect(seconds).toBeLessThan(60);
});
