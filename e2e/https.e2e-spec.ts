import { request } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { copyFile, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { root } from './support/checkout.js';
import { selfSigned } from './support/certificate.js';
import { entryOf } from './support/entry.js';
import { launch } from './support/launcher.js';
import { Program } from './support/program.js';

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A request over TLS that believes in one certificate alone. */
async function ask(ca: string, url: string, { body, ...options }: Sent = {}) {
  // On a connection of its own, which shows the certificate of now.
  const sent = request(url, { ca, agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** All of Penstock, every part with the same certificate. */
async function launchWithCertificate() {
  const { cert, key } = await selfSigned();
  const env = {
    ...{ LB_HTTPCERT: cert, LB_HTTPKEY: key },
    ...{ HC_HTTPCERT: cert, HC_HTTPKEY: key },
    ...{ MONITOR_HTTPCERT: cert, MONITOR_HTTPKEY: key },
  };
  return { ...(await launch({ args: ['--no-demo'], env, cwd: root })), cert, key };
}

describe('HTTP by certificate', () => {
  it('is spoken by all parts and by those that dial them, and cookies go no other way', async () => {
    const { program, parameters, monitorPort, cert } = await launchWithCertificate();
    const page = `https://127.0.0.1:${monitorPort}`;
    const [, code] = (await program.line(/^Penstock is ready/)).split(`${page}/login#`);
    const ca = await readFile(cert, 'utf8');
    const entered = await ask(ca, `${page}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: page },
      body: JSON.stringify({ code }),
    });
    expect(entered).toMatchObject({
      status: 200,
      headers: { 'strict-transport-security': 'max-age=31536000' },
    });
    const [cookie = ''] = entered.headers['set-cookie'] ?? [];
    expect(cookie).toContain('; Secure');
    const headers = { cookie: cookie.split(';', 1)[0] ?? '', origin: page };
    expect((await ask(ca, `${page}/healthcheck/health/verdict`, { headers })).status).toBe(200);

    const command = (...args: string[]) =>
      new Program('command', entryOf('penstock'), { args, env: { ...parameters, LB_HTTPCERT: cert } });
    const stats = command('stats', '--json');
    expect(await stats.exited).toMatchObject({ code: 0 });
    const plain = new Program('command', entryOf('penstock'), { args: ['stats'], env: parameters });
    expect(await plain.exited).toMatchObject({ code: 3 });
  });

  it('takes a renewed certificate without a restart, and keeps the old one while the new one is of no use', async () => {
    const { program, parameters, monitorPort, cert, key } = await launchWithCertificate();
    await program.line(/^Penstock is ready/);
    const old = await readFile(cert, 'utf8');
    const urls = [
      `https://127.0.0.1:${parameters['LB_HTTPPORT']}/health/live`,
      `https://127.0.0.1:${parameters['HC_HTTPPORT']}/health/live`,
      `https://127.0.0.1:${monitorPort}/`,
    ];
    const renewed = await selfSigned();
    // One of two files, as for a moment in every renewal.
    await copyFile(renewed.cert, cert);
    for (const part of ['LB', 'HC', 'MONITOR'])
      await program.line(new RegExp(`${part} - WARNING : .* are no certificate and its key`));
    for (const url of urls) expect((await ask(old, url)).status).toBe(200);
    await copyFile(renewed.key, key);
    for (const part of ['LB', 'HC', 'MONITOR'])
      await program.line(new RegExp(`${part} - THE CERTIFICATE IN .* IS A NEW ONE`));
    const ca = await readFile(renewed.cert, 'utf8');
    for (const url of urls) {
      expect((await ask(ca, url)).status).toBe(200);
      await expect(ask(old, url)).rejects.toThrow('self-signed certificate');
    }
    // The monitor believes in what the health check shows now.
    expect((await ask(ca, `https://127.0.0.1:${monitorPort}/healthcheck/health/live`)).status).toBe(200);
  });

  it.each([
    [
      'a certificate without its key',
      (cert: string) => ({ LB_HTTPCERT: cert }),
      /^ERROR: LB_HTTPCERT and LB_HTTPKEY go together/,
    ],
    [
      'what is no key',
      (cert: string) => ({ LB_HTTPCERT: cert, LB_HTTPKEY: cert }),
      /^ERROR: .* are no certificate and its key$/,
    ],
    [
      'a file that is not there',
      (cert: string) => ({ LB_HTTPCERT: cert, LB_HTTPKEY: '/no/such/key.pem' }),
      /^ERROR: ENOENT.*key\.pem/,
    ],
  ])('is refused at the start with %s', async (_, parameters, message) => {
    const { cert } = await selfSigned();
    const program = new Program('balancer', entryOf('@penstock/balancer'), {
      env: { ...parameters(cert), PENSTOCK_DATA: 'none' },
    });
    await program.line(message);
    expect(await program.exited).toMatchObject({ code: 1 });
  });
});
