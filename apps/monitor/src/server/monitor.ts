import proxy from '@fastify/http-proxy';
import files from '@fastify/static';
import {
  believeIn,
  certificateIn,
  followBelief,
  followCertificate,
  type CertificateLog,
} from '@penstock/access';
import { errorReply, limitServer, OriginCheck, servedHosts } from '@penstock/http';
import { isLoopback, PortTakenError, type ParameterValues } from '@penstock/parameters';
import fastify, { type FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { securityHeaders } from './security-headers.js';
import { upstreams, type Upstream } from './upstreams.js';

/** Longer than the balancer lets anybody wait for a task. */
const ANSWER_MS = 70_000;
const YEAR_S = 31_536_000;

/** A monitor that runs. */
export interface RunningMonitor {
  /** Where its page is. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Through what browsers reach the monitor. */
interface Door {
  /** Only this machine does; those behind the monitor ask everybody else who he is. */
  readonly isLocal: boolean;
  readonly isTls: boolean;
}

/** Where errors go, and what happens to certificates. */
export interface MonitorLogger extends CertificateLog {
  error(message: unknown): void;
}

/**
 * Serves the page, and behind it what it needs of the balancer and the health check: its port is bound when this
 * resolves.
 *
 * @param page the folder of the built page
 * @throws PortTakenError; PenstockError `INVALID_CERTIFICATE`
 */
export async function startMonitor(
  values: ParameterValues,
  page: string,
  logger: MonitorLogger,
): Promise<RunningMonitor> {
  const { MONITOR_IP: host, MONITOR_PORT: port, MONITOR_HTTPHOSTS: hosts } = values;
  const { MONITOR_HTTPCERT: cert, MONITOR_HTTPKEY: key } = values;
  const certificate = { cert, key, parameters: 'MONITOR_HTTPCERT and MONITOR_HTTPKEY' };
  const https = certificateIn(cert, key, certificate.parameters) ?? null;
  const upstreamCerts = [values.LB_HTTPCERT, values.HC_HTTPCERT];
  believeIn(upstreamCerts);
  const app: FastifyInstance = fastify({
    forceCloseConnections: true,
    bodyLimit: 2 * values.LB_PAYLOAD_MAX,
    https,
  });
  limitServer(app);
  const origins = new OriginCheck(servedHosts(host, hosts), 'MONITOR_HTTPHOSTS');
  app.addHook('onRequest', async (request) => origins.check(request));
  app.addHook('onSend', async (_request, reply) => void reply.headers(securityHeaders(https !== null)));
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, error: told, headers, isFault } = errorReply(error, 'the monitor');
    if (isFault) logger.error(error);
    await reply.status(status).headers(headers).send({ error: told });
  });
  for (const upstream of upstreams(values))
    await passTo(app, upstream, { isLocal: isLoopback(host), isTls: https !== null });
  await servePage(app, page);
  const stopFollowing = followBelief(upstreamCerts, logger, 'MONITOR');
  app.addHook('onClose', async () => stopFollowing());
  followCertificate(app.server, certificate, logger, 'MONITOR');
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw isTaken ? new PortTakenError(port, 'MONITOR_PORT', { cause: error }) : error;
  }
  const bound = (app.server.address() as AddressInfo).port;
  const scheme = https === null ? 'http' : 'https';
  return { url: `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${bound}`, stop: () => app.close() };
}

/**
 * Hands requests under a prefix on, event streams among them, with all that says who calls.
 */
async function passTo(app: FastifyInstance, upstream: Upstream, door: Door): Promise<void> {
  const { url, prefix, rewritePrefix, unreachable } = upstream;
  await app.register(proxy, {
    upstream: url,
    prefix,
    rewritePrefix,
    // A stream of events has no end.
    undici: { bodyTimeout: 0, headersTimeout: ANSWER_MS },
    replyOptions: {
      rewriteRequestHeaders: ({ ip }, headers) => ({ ...headers, ...passedOn(headers, ip, url, door) }),
      onError: (reply, { error }) => {
        const known = error.message;
        void reply.code(502).send({
          error: { code: 'CONNECTION_LOST', message: `${unreachable} (${known})`, retryable: true },
        });
      },
    },
  });
}

/**
 * What those behind are told of who calls.
 *
 * @param from where he is
 * @param url of those behind. The origin was checked here, for this host; that there is one tells them of a browser.
 */
function passedOn(
  headers: IncomingHttpHeaders,
  from: string,
  url: string,
  { isLocal, isTls }: Door,
): IncomingHttpHeaders {
  const forwarded = [headers['x-forwarded-for'] ?? [], isLocal ? [] : from].flat().join(', ');
  return {
    ...(headers.origin === undefined ? {} : { origin: url }),
    ...(forwarded === '' ? {} : { 'x-forwarded-for': forwarded }),
    ...(isTls ? { 'x-forwarded-proto': 'https' } : {}),
  };
}

/** The page: hashed files for ever, the rest anew each time; any path of the page itself gives the page. */
async function servePage(app: FastifyInstance, page: string): Promise<void> {
  await app.register(files, {
    root: page,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/');
      void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
  app.setNotFoundHandler(async ({ method, headers }, reply) => {
    const wantsPage = method === 'GET' && headers.accept?.includes('text/html') === true;
    if (wantsPage) return reply.sendFile('index.html');
    return reply
      .status(404)
      .send({ error: { code: 'NOT_FOUND', message: 'there is nothing here', retryable: false } });
  });
}
