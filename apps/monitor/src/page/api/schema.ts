// Generated from the balancer's OpenAPI document by `pnpm run generate`; not to be edited.
export interface paths {
  '/api/tasks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Tasks that are known, newest first
     * @description Roles: viewer, client, operator, admin.
     */
    get: operations['TasksController_list'];
    put?: never;
    /**
     * Hand in one task, or a list of tasks
     * @description Roles: client, operator, admin.
     */
    post: operations['TasksController_submit'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tasks/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One task, with its result once it has ended
     * @description Roles: viewer, client, operator, admin.
     */
    get: operations['TasksController_get'];
    put?: never;
    post?: never;
    /**
     * Cancel a task: at once when it is queued, through its worker when it runs
     * @description Roles: client, operator, admin.
     */
    delete: operations['TasksController_cancel'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tasks/{id}/result': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A task's result as the handler returned it: JSON, or bytes
     * @description Roles: viewer, client, operator, admin.
     */
    get: operations['TasksController_result'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tasks/rerun': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run all tasks again that ended without a result and match, oldest first
     * @description Roles: operator, admin.
     */
    post: operations['TasksController_rerunMany'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tasks/{id}/rerun': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run a task again that ended without a result, with changes if wanted
     * @description Roles: operator, admin.
     */
    post: operations['TasksController_rerun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Hubs, their groups and workers, and what each runs
     * @description Roles: viewer, operator, admin.
     */
    get: operations['HttpControlController_workers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/stats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Figures in all and per task name: counts, waiting and run times
     * @description Roles: viewer, operator, admin.
     */
    get: operations['HttpControlController_stats'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/scaling': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * How much work waits, and how many worker hubs it asks for
     * @description Roles: viewer, operator, admin.
     */
    get: operations['ScalingController_scaling'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Server-sent events: `task`, `worker`, `summary` and `hubs` (each second), `resync` (ask for everything anew)
     * @description Roles: viewer, operator, admin.
     */
    get: operations['EventsController_watch'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The process answers
     * @description Open to anyone.
     */
    get: operations['HealthController_live'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * All ports are bound and tasks are taken
     * @description Roles: viewer, client, operator, admin.
     */
    get: operations['HealthController_ready'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Figures in the text format of Prometheus
     * @description Roles: viewer, operator, admin.
     */
    get: operations['MetricsController_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/login-codes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a code that lets a browser in, once, within 15 minutes
     * @description Roles: operator, admin.
     */
    post: operations['SessionController_invite'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Who calls, and what that may do
     * @description Roles: viewer, client, operator, admin.
     */
    get: operations['SessionController_who'];
    put?: never;
    /**
     * Sign a browser in by a code: it gets a cookie
     * @description Open to anyone.
     */
    post: operations['SessionController_enter'];
    /**
     * Sign this browser out: its session ends
     * @description Roles: viewer, client, operator, admin.
     */
    delete: operations['SessionController_leave'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: never;
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  TasksController_list: {
    parameters: {
      query?: {
        /** @description The `next` of an earlier page */
        before?: unknown;
        limit?: number;
        userId?: unknown;
        name?: unknown;
        state?: 'queued' | 'delayed' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            tasks: {
              taskId: string;
              name: string;
              userId: string;
              priority: number;
              /** @enum {string} */
              state: 'queued' | 'delayed' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
              progress: number;
              attempt: number;
              payloadBytes: number;
              submittedAt: number;
              startedAt?: number;
              finishedAt?: number;
              waitMs?: number;
              runMs?: number;
              worker?: string;
              cancelling?: boolean;
              waitingFor?: string;
              cause?: string;
              notBefore?: number;
              failures?: number;
              crashes?: number;
              /** @enum {string} */
              durability?: 'memory' | 'disk';
              history?: {
                at: number;
                event: string;
                attempt?: number;
                worker?: string;
                hub?: string;
                cause?: string;
                error?: {
                  name: string;
                  message: string;
                };
              }[];
            }[];
            /** @description Pass it as `before` for the next page; absent on the last one. */
            next?: string;
          };
        };
      };
    };
  };
  TasksController_submit: {
    parameters: {
      query?: {
        /** @description Wait this long for the end, e.g. 5s or 500ms; at most 60s. For one task only. */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json':
          | {
              /** @description Name of the task, as its handler is registered. */
              name: string;
              /** @description Any JSON value; `null` when absent. */
              payload?: unknown;
              /**
               * Format: base64
               * @description Bytes instead of a JSON payload.
               */
              payloadBase64?: string;
              /** @description Whom the task is for; fairness is between users. */
              userId?: string;
              /**
               * @description Higher goes first within its user, and chooses the bands that may run it.
               * @default 0
               */
              priority?: number;
              /** @description A UUIDv7 of your own: sent twice, it is the same task. */
              taskId?: string;
              /** @description Attempts that may fail before the task has failed. Default 1. */
              maxAttempts?: number;
              /** @description How long it waits before each further attempt. Default with `maxAttempts`: jitter from 1 s to 1 min. */
              backoff?: {
                /** @enum {string} */
                kind: 'fixed' | 'exponential' | 'jitter';
                delayMs: number;
                maxDelayMs?: number;
              };
              /**
               * @description `fail`: it starts at most once. Default `retry`: another attempt.
               * @enum {string}
               */
              onWorkerLoss?: 'retry' | 'fail';
              /** @description How long a handler may take, in milliseconds. */
              timeoutMs?: number;
              /** @description Milliseconds from acceptance to the end, all attempts included. */
              deadlineMs?: number;
              /** @description Milliseconds from acceptance to the first attempt. */
              delayMs?: number;
              /** @description When to run it: a time such as 2030-01-01T00:00:00Z, or milliseconds since 1970. */
              runAt?: string | number;
              /** @description Milliseconds that it may wait in the queue. */
              queueTtlMs?: number;
              /** @description The same user, name and key within the window is the same task. */
              idempotencyKey?: string;
              /**
               * @description What the acknowledgement promises: `disk` survives the loss of the balancer.
               * @enum {string}
               */
              durability?: 'memory' | 'disk';
            }
          | {
              /** @description Name of the task, as its handler is registered. */
              name: string;
              /** @description Any JSON value; `null` when absent. */
              payload?: unknown;
              /**
               * Format: base64
               * @description Bytes instead of a JSON payload.
               */
              payloadBase64?: string;
              /** @description Whom the task is for; fairness is between users. */
              userId?: string;
              /**
               * @description Higher goes first within its user, and chooses the bands that may run it.
               * @default 0
               */
              priority?: number;
              /** @description A UUIDv7 of your own: sent twice, it is the same task. */
              taskId?: string;
              /** @description Attempts that may fail before the task has failed. Default 1. */
              maxAttempts?: number;
              /** @description How long it waits before each further attempt. Default with `maxAttempts`: jitter from 1 s to 1 min. */
              backoff?: {
                /** @enum {string} */
                kind: 'fixed' | 'exponential' | 'jitter';
                delayMs: number;
                maxDelayMs?: number;
              };
              /**
               * @description `fail`: it starts at most once. Default `retry`: another attempt.
               * @enum {string}
               */
              onWorkerLoss?: 'retry' | 'fail';
              /** @description How long a handler may take, in milliseconds. */
              timeoutMs?: number;
              /** @description Milliseconds from acceptance to the end, all attempts included. */
              deadlineMs?: number;
              /** @description Milliseconds from acceptance to the first attempt. */
              delayMs?: number;
              /** @description When to run it: a time such as 2030-01-01T00:00:00Z, or milliseconds since 1970. */
              runAt?: string | number;
              /** @description Milliseconds that it may wait in the queue. */
              queueTtlMs?: number;
              /** @description The same user, name and key within the window is the same task. */
              idempotencyKey?: string;
              /**
               * @description What the acknowledgement promises: `disk` survives the loss of the balancer.
               * @enum {string}
               */
              durability?: 'memory' | 'disk';
            }[];
      };
    };
    responses: {
      /** @description The ended task, where `wait` was given and was long enough */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            taskId: string;
            name: string;
            userId: string;
            priority: number;
            /** @enum {string} */
            state: 'queued' | 'delayed' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
            progress: number;
            attempt: number;
            payloadBytes: number;
            submittedAt: number;
            startedAt?: number;
            finishedAt?: number;
            waitMs?: number;
            runMs?: number;
            worker?: string;
            cancelling?: boolean;
            waitingFor?: string;
            cause?: string;
            notBefore?: number;
            failures?: number;
            crashes?: number;
            /** @enum {string} */
            durability?: 'memory' | 'disk';
            history?: {
              at: number;
              event: string;
              attempt?: number;
              worker?: string;
              hub?: string;
              cause?: string;
              error?: {
                name: string;
                message: string;
              };
            }[];
            /** @description What the handler returned, where that is JSON. */
            result?: unknown;
            /** @description What the handler returned, where that is bytes. */
            resultBase64?: string;
            /** @description Why it failed. */
            error?: {
              name: string;
              message: string;
              stack?: string;
              code?: string;
            };
          };
        };
      };
      /** @description `{ taskId }`; for a list `{ tasks: [{ taskId } or { error }] }`, in order */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | {
                taskId: string;
              }
            | {
                /** @description One for each task that was handed in, in order. */
                tasks: (
                  | {
                      taskId: string;
                    }
                  | {
                      error: {
                        code: string;
                        message: string;
                        retryable: boolean;
                        details?: {
                          [key: string]: unknown;
                        };
                      };
                    }
                )[];
              };
        };
      };
      /** @description Over a quota or a bound; `error.code` says which */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  TasksController_get: {
    parameters: {
      query?: {
        /** @description Wait this long for the end, e.g. 5s or 500ms; at most 60s. */
        wait?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            taskId: string;
            name: string;
            userId: string;
            priority: number;
            /** @enum {string} */
            state: 'queued' | 'delayed' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
            progress: number;
            attempt: number;
            payloadBytes: number;
            submittedAt: number;
            startedAt?: number;
            finishedAt?: number;
            waitMs?: number;
            runMs?: number;
            worker?: string;
            cancelling?: boolean;
            waitingFor?: string;
            cause?: string;
            notBefore?: number;
            failures?: number;
            crashes?: number;
            /** @enum {string} */
            durability?: 'memory' | 'disk';
            history?: {
              at: number;
              event: string;
              attempt?: number;
              worker?: string;
              hub?: string;
              cause?: string;
              error?: {
                name: string;
                message: string;
              };
            }[];
            /** @description What the handler returned, where that is JSON. */
            result?: unknown;
            /** @description What the handler returned, where that is bytes. */
            resultBase64?: string;
            /** @description Why it failed. */
            error?: {
              name: string;
              message: string;
              stack?: string;
              code?: string;
            };
          };
        };
      };
      /** @description Not known: never submitted, or forgotten since */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  TasksController_cancel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was queued, and is cancelled; or it had ended, and its result is dropped */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            taskId: string;
            /** @enum {string} */
            from: 'queued' | 'running' | 'finished' | 'unknown';
            /** @enum {string} */
            state?: 'queued' | 'delayed' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
          };
        };
      };
      /** @description It runs; its worker was told */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not known */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  TasksController_result: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The task is not known, or has no result */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  TasksController_rerunMany: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description Only those that ended so.
           * @enum {string}
           */
          state?: 'failed' | 'cancelled' | 'expired';
          /** @description Only those of this task name. */
          name?: string;
          /** @description Only those of this user. */
          userId?: string;
          /**
           * @description At most so many, the oldest first.
           * @default 1000
           */
          limit?: number;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Tasks that are queued again. */
            rerun: number;
            refused?: {
              count: number;
              /** @description Why the first of them was refused. */
              error: {
                code: string;
                message: string;
                retryable: boolean;
                details?: {
                  [key: string]: unknown;
                };
              };
            };
          };
        };
      };
    };
  };
  TasksController_rerun: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Another JSON payload. */
          payload?: unknown;
          /**
           * Format: base64
           * @description Another payload of bytes.
           */
          payloadBase64?: string;
          priority?: number;
          /** @description Attempts that may fail before the task has failed. Default 1. */
          maxAttempts?: number;
          /** @description How long it waits before each further attempt. Default with `maxAttempts`: jitter from 1 s to 1 min. */
          backoff?: {
            /** @enum {string} */
            kind: 'fixed' | 'exponential' | 'jitter';
            delayMs: number;
            maxDelayMs?: number;
          };
          /**
           * @description `fail`: it starts at most once. Default `retry`: another attempt.
           * @enum {string}
           */
          onWorkerLoss?: 'retry' | 'fail';
          /** @description How long a handler may take, in milliseconds. */
          timeoutMs?: number;
          /** @description Milliseconds from acceptance to the end, all attempts included. */
          deadlineMs?: number;
          /** @description Milliseconds from acceptance to the first attempt. */
          delayMs?: number;
          /** @description When to run it: a time such as 2030-01-01T00:00:00Z, or milliseconds since 1970. */
          runAt?: string | number;
          /** @description Milliseconds that it may wait in the queue. */
          queueTtlMs?: number;
        };
      };
    };
    responses: {
      /** @description It is queued again, under its id */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            taskId: string;
            name: string;
            userId: string;
            priority: number;
            /** @enum {string} */
            state: 'queued' | 'delayed' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
            progress: number;
            attempt: number;
            payloadBytes: number;
            submittedAt: number;
            startedAt?: number;
            finishedAt?: number;
            waitMs?: number;
            runMs?: number;
            worker?: string;
            cancelling?: boolean;
            waitingFor?: string;
            cause?: string;
            notBefore?: number;
            failures?: number;
            crashes?: number;
            /** @enum {string} */
            durability?: 'memory' | 'disk';
            history?: {
              at: number;
              event: string;
              attempt?: number;
              worker?: string;
              hub?: string;
              cause?: string;
              error?: {
                name: string;
                message: string;
              };
            }[];
            /** @description What the handler returned, where that is JSON. */
            result?: unknown;
            /** @description What the handler returned, where that is bytes. */
            resultBase64?: string;
            /** @description Why it failed. */
            error?: {
              name: string;
              message: string;
              stack?: string;
              code?: string;
            };
          };
        };
      };
      /** @description Not known */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It has a result, or has not ended */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  HttpControlController_workers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            hubs: {
              name: string;
              incarnation: string;
              session: {
                epoch: number;
                number: number;
              };
              host: string;
              pid: number;
              connectedAt: number;
              silentMs: number;
              disconnected: boolean;
              cpu: number;
              probe?: {
                host: string;
                port: number;
                key?: string;
              };
              httpPort?: number;
              groups: {
                /** @enum {string} */
                kind: 'process' | 'inline';
                minPriority: number | null;
                maxPriority: number | null;
                niceness: number;
                tasks: string[];
                slots: number;
                window: number;
                held: number;
                workers: {
                  name: string;
                  cpu?: number;
                  task?: {
                    taskId: string;
                    name: string;
                    progress: number;
                  };
                }[];
              }[];
            }[];
          };
        };
      };
    };
  };
  HttpControlController_stats: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            uptimeMs: number;
            clients: number;
            hubs: number;
            queued: number;
            running: number;
            kept: number;
            payloadBytes: number;
            resultBytes: number;
            refusedLeases: number;
            tasks: {
              name: string;
              queued: number;
              running: number;
              done: number;
              failed: number;
              cancelled: number;
              expired: number;
              oldestWaitMs?: number;
              noWorker?: string[];
              wait?: {
                minMs: number;
                meanMs: number;
                maxMs: number;
                p50Ms: number;
                p90Ms: number;
                p99Ms: number;
              };
              run?: {
                minMs: number;
                meanMs: number;
                maxMs: number;
                p50Ms: number;
                p90Ms: number;
                p99Ms: number;
              };
              totalRunMs: number;
            }[];
          };
        };
      };
    };
  };
  ScalingController_scaling: {
    parameters: {
      query?: {
        target?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Tasks that wait for a worker. */
            backlog: number;
            /** @description Seconds that the oldest of them has waited; 0 when none waits. */
            oldestAge: number;
            /** @description Worker hubs, of the size of those that are connected, that work off the backlog within the target. Without a hub: 1 if there is work, else 0. */
            desiredReplicas: number;
          };
        };
      };
    };
  };
  EventsController_watch: {
    parameters: {
      query?: never;
      header: {
        'last-event-id': string;
        /** @description Go on after this event, if it is still known */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description text/event-stream */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  HealthController_live: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  HealthController_ready: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It is starting or stopping */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  MetricsController_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  SessionController_invite: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description None: the caller's own
           * @enum {string}
           */
          role?: 'viewer' | 'operator' | 'admin';
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            code: string;
            /** @enum {string} */
            role: 'viewer' | 'operator' | 'admin';
            /** @description Milliseconds since 1970 */
            expiresAt: number;
          };
        };
      };
    };
  };
  SessionController_who: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Of the token, or of that by which the session was opened */
            name: string;
            /** @enum {string} */
            role: 'viewer' | 'client' | 'operator' | 'admin';
            /** @enum {string} */
            by: 'token' | 'session' | 'local' | 'anybody';
            rights: ('known' | 'read' | 'submit' | 'operate')[];
            /** @description Milliseconds since 1970 */
            expiresAt?: number;
          };
        };
      };
    };
  };
  SessionController_enter: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          code: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Of the token, or of that by which the session was opened */
            name: string;
            /** @enum {string} */
            role: 'viewer' | 'client' | 'operator' | 'admin';
            /** @enum {string} */
            by: 'token' | 'session' | 'local' | 'anybody';
            rights: ('known' | 'read' | 'submit' | 'operate')[];
            /** @description Milliseconds since 1970 */
            expiresAt?: number;
          };
        };
      };
      /** @description The code was used already, or has run out */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Too many wrong codes from this address */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  SessionController_leave: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
}
