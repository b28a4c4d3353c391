import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { securityHeaders } from './security-headers.js';

/** What serves the page in a container, in the place of this server. */
const template = readFileSync(
  new URL('../../../../docker/monitor/nginx.conf.template', import.meta.url),
  'utf8',
);

it.each(Object.entries(securityHeaders(false)))(
  'nginx sends the header %s as this server does',
  (name, value) => {
    const sent = [...template.matchAll(/^ *add_header (\S+) (?:"([^"]*)"|(\S+)) always;$/gm)];
    const own = sent.find(([, header = '']) => header.toLowerCase() === name);
    expect(own?.[2] ?? own?.[3]).toBe(value);
    // An answer that was passed on has it once.
    expect(template.toLowerCase()).toContain(`proxy_hide_header ${name};`);
  },
);
