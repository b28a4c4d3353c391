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

/** A task to hand in, with the rules that the page knows. */
export interface Submission {
  readonly name: string;
  readonly payload: unknown;
  readonly userId?: string;
  readonly priority?: number;
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
  readonly delayMs?: number;
  readonly durability?: 'disk' | 'memory';
  readonly idempotencyKey?: string;
}

/** How a task ends without a result. */
export const deadStates = ['failed', 'expired', 'cancelled'] as const;
export type DeadState = (typeof deadStates)[number];

/** Which dead tasks: those that are all of this. */
export interface DeadQuery {
  readonly state?: DeadState;
  readonly name?: string;
  readonly userId?: string;
}

/** Some of the tasks that there are. */
export interface TaskPage {
  readonly tasks: readonly Task[];
  /** Whether there are more. */
  readonly hasMore: boolean;
}

/** What became of dead tasks that were to be run again. */
export type RerunReply = Json<paths['/api/tasks/rerun']['post']['responses'][200]>;

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

/** How many dead tasks of a state are asked for. */
const DEAD_SHOWN = 200;
/** The balancer runs no more again at a time. */
export const RERUN_MAX = 10_000;

/** Who is signed in, and what that may do. */
export type Who = Json<paths['/api/session']['get']['responses'][200]>;
export type Right = Who['rights'][number];

const client = createClient<paths>({ baseUrl: '' });

/** Has a function called whenever the server says that nobody is signed in (any more). */
export function onSignedOut(listener: () => void): void {
  client.use({
    onResponse: ({ response }) => {
      if (response.status === 401) listener();
    },
  });
}

/** The balancer's HTTP interface, as far as the page uses it. Each call throws an {@link ApiError} when it fails. */
export const api = {
  who: async (): Promise<Who> => bodyOf(await client.GET('/api/session')),
  /** @param code of the link, which works once */
  signIn: async (code: string): Promise<Who> => bodyOf(await client.POST('/api/session', { body: { code } })),
  signOut: async (): Promise<void> => {
    const { response, error } = await client.DELETE('/api/session');
    if (!response.ok) bodyOf({ response, error });
  },
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

  /** The latest tasks that match in one state. */
  dead: async ({ state, ...filter }: DeadQuery & { readonly state: DeadState }): Promise<TaskPage> => {
    const query = { ...filter, state, limit: DEAD_SHOWN };
    const { tasks, next } = bodyOf(await client.GET('/api/tasks', { params: { query } }));
    return { tasks, hasMore: next !== undefined };
  },

  rerun: async (id: string): Promise<void> => {
    bodyOf(await client.POST('/api/tasks/{id}/rerun', { params: { path: { id } }, body: {} }));
  },

  /** Runs all dead tasks again that match, the oldest first. */
  rerunMany: async (query: DeadQuery): Promise<RerunReply> =>
    bodyOf(await client.POST('/api/tasks/rerun', { body: { ...query, limit: RERUN_MAX } })),

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
