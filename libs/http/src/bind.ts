import { PenstockError } from '@penstock/protocol';

/** Whether only this machine reaches what is bound to an address. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** An address that a program binds its HTTP port to, and who is asked there who he is. */
export interface Bind {
  readonly address: string;
  /** The parameter that says so. */
  readonly parameter: string;
  /** The folder of tokens; none = nobody has one. */
  readonly tokens: string | undefined;
  /** Everybody who gets there may do everything: somebody has said so. */
  readonly isInsecure: boolean;
}

/**
 * Refuses to open a door to the network behind which nobody asks.
 *
 * @throws PenstockError `INSECURE_BIND`
 */
export function mustBeGuarded({ address, parameter, tokens, isInsecure }: Bind): void {
  if (isLoopback(address) || tokens !== undefined || isInsecure) return;
  throw new PenstockError(
    'INSECURE_BIND',
    `${parameter} is ${address}, so other machines reach the HTTP port, and it knows no tokens: make some with ` +
      `"penstock tokens init DIR" and set PENSTOCK_TOKENS to DIR/tokens; or bind 127.0.0.1; or set PENSTOCK_INSECURE=1, ` +
      `if everybody who gets there may do everything`,
  );
}
