import type { ParameterName } from './table/table.js';

/** A port to bind belongs to another program. The message is the one line that a user needs. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  /** @param parameter the parameter that moves the port */
  constructor(port: number, parameter: ParameterName, options?: ErrorOptions) {
    super(
      `port ${port} is taken: choose another with ${parameter}, e.g. --${parameter} ${port + 1}`,
      options,
    );
  }
}
