// Writes apps/monitor/src/page/api/schema.ts, the types of the HTTP interface, from the OpenAPI document of a balancer that is
// started for it. With --check it writes nothing and fails when the file is not what it would write.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const file = fileURLToPath(new URL('../../apps/monitor/src/page/api/schema.ts', import.meta.url));
const main = new URL('dist/main.js', import.meta.resolve('@penstock/balancer/package.json'));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function readDocument() {
  const port = await freePort();
  const balancer = spawn(process.execPath, [fileURLToPath(main), '--pfile', 'none'], {
    env: {
      LB_HTTPPORT: String(port),
      LB_CLIENTPULLPORT: '0',
      LB_WKPULLPORT: '0',
      LB_HCREPPORT: '0',
      LOG_FORMAT: 'json',
      PENSTOCK_DATA: 'none',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface(balancer.stdout)) if (line.includes('LB - READY')) break;
    const response = await fetch(`http://127.0.0.1:${port}/api/docs/openapi.json`);
    return await response.json();
  } finally {
    balancer.kill();
  }
}

const types = astToString(await openapiTS(await readDocument()));
const head = "// Generated from the balancer's OpenAPI document by `pnpm run generate`; not to be edited.\n";
const text = await format(head + types, { ...(await resolveConfig(file)), parser: 'typescript' });
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write(
    'apps/monitor/src/page/api/schema.ts is not what the balancer serves: run `pnpm run generate` in apps/monitor.\n',
  );
  process.exitCode = 1;
}
