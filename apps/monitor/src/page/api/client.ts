import type { HealthVerdict } from '@penstock/protocol';
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

type Json<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never;

/** A task as lists and events have it. */
export type Task = Json<paths['/api/tasks']['get']['responses'][200]>['tasks'][number];
/** A task with its result or its error. */
export type TaskDetail = Json<paths['/api/tasks/{id}']['get']['responses'][200]>;
export type Stats = Json<paths['/api/stats']['get']['responses'][200]>;
export type NameStats = Stats['tasks'][number];
export type Hub = Json<paths['/api/workers']['get']['responses'][200]>['hubs'][number];
export type Verdict = HealthVerdict;

/** A task to hand in. */
export interface Submission {
  readonly name: string;
  readonly payload: unknown;
  readonly userId?: string;
  readonly priority?: number;
}

/** What the server said is wrong, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const client = createClient<paths>({ baseUrl: '' });

/** The balancer's HTTP interface, as far as the page uses it. Each call throws an {@link ApiError} when it fails. */
export const api = {
  stats: async (): Promise<Stats> => bodyOf(await client.GET('/api/stats')),

  hubs: async (): Promise<readonly Hub[]> => bodyOf(await client.GET('/api/workers')).hubs,

  /** The latest tasks that are known, newest first. */
  tasks: async (limit: number): Promise<readonly Task[]> =>
    bodyOf(await client.GET('/api/tasks', { params: { query: { limit } } })).tasks,

  task: async (id: string): Promise<TaskDetail> =>
    bodyOf(await client.GET('/api/tasks/{id}', { params: { path: { id } } })),

  /** @returns the new task's id */
  submit: async (task: Submission): Promise<string> => {
    const body = bodyOf(await client.POST('/api/tasks', { body: task }));
    if ('taskId' in body) return body.taskId;
    throw new ApiError(500, 'UNKNOWN', 'the balancer did not say which task it took');
  },

  cancel: async (id: string): Promise<void> => {
    bodyOf(await client.DELETE('/api/tasks/{id}', { params: { path: { id } } }));
  },
};

interface Answer<Body> {
  readonly data?: Body;
  readonly error?: unknown;
  readonly response: Response;
}

function bodyOf<Body>({ data, error, response }: Answer<Body>): NonNullable<Body> {
  if (response.ok && data !== undefined && data !== null) return data;
  const told = (error as { error?: { code?: string; message?: string } } | undefined)?.error;
  throw new ApiError(
    response.status,
    told?.code ?? 'UNKNOWN',
    told?.message ?? `the server answered ${response.status}`,
  );
}
