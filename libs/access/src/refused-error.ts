import { PenstockError, type ErrorCode, type PenstockErrorOptions } from '@penstock/protocol';

/** Why a request was refused at the door, as metrics count it; with the code that its caller gets. */
export const refusals = {
  host: 'FORBIDDEN',
  origin: 'FORBIDDEN',
  content_type: 'INVALID_MESSAGE',
  no_credentials: 'UNAUTHENTICATED',
  wrong_token: 'UNAUTHENTICATED',
  expired_token: 'UNAUTHENTICATED',
  wrong_session: 'UNAUTHENTICATED',
  ended_session: 'UNAUTHENTICATED',
  wrong_code: 'UNAUTHENTICATED',
  role: 'FORBIDDEN',
  grant: 'FORBIDDEN',
  attempts: 'TOO_MANY_ATTEMPTS',
  rate: 'RATE_EXCEEDED',
} as const satisfies Record<string, ErrorCode>;

export type Refusal = keyof typeof refusals;

/** A request that was refused at the door. */
export class RefusedError extends PenstockError {
  constructor(
    readonly reason: Refusal,
    message: string,
    options?: PenstockErrorOptions,
  ) {
    super(refusals[reason], message, options);
  }
}
