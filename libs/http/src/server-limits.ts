import type { FastifyInstance } from 'fastify';

/** What an HTTP port puts up with from whoever dials it. All times in milliseconds. */
export interface ServerLimits {
  /** Connections at a time; more are closed as they come. */
  readonly connections: number;
  /** Time in which the head of a request must have come. */
  readonly headMs: number;
  /** Time in which all of a request must have come. How long its answer takes is another matter. */
  readonly requestMs: number;
}

/** Limits of every port of Penstock. */
export const serverLimits: ServerLimits = { connections: 4_096, headMs: 10_000, requestMs: 300_000 };

/** Has a server turn away those who open connections and say nothing, or say it drop by drop: Fastify's default is to wait. */
export function limitServer({ server }: FastifyInstance, limits = serverLimits): void {
  server.maxConnections = limits.connections;
  server.headersTimeout = limits.headMs;
  server.requestTimeout = limits.requestMs;
}
