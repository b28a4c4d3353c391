/**
 * What a client and a worker agree on for one task: the types of its payload and its result. It exists for the
 * compiler alone; `defineTask` gives one (`typeof hello`), and so does writing it down:
 *
 * ```ts
 * export type Hello = TaskContract<{ firstName: string; lastName: string }, string>;
 * ```
 */
export interface TaskContract<Payload = unknown, Result = unknown> {
  /** Never set: it only carries the types. */
  readonly '~contract'?: { readonly payload: Payload; readonly result: Result };
}

/** The payload that a contract speaks of. */
export type PayloadOf<Contract> =
  Contract extends TaskContract<infer Payload, infer _Result> ? Payload : never;

/** The result that a contract speaks of. */
export type ResultOf<Contract> = Contract extends TaskContract<infer _Payload, infer Result> ? Result : never;
