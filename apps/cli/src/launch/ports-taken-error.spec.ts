import { describe, expect, it } from 'vitest';
import { PortsTakenError } from './ports-taken-error.js';

describe('PortsTakenError', () => {
  it('names the port and the parameter that moves it, in one line', () => {
    const taken = [{ port: 8080, parameter: 'LB_HTTPPORT', free: 8081 }] as const;
    expect(new PortsTakenError(taken, 'npm start --').message).toBe(
      'port 8080 is taken: choose another with LB_HTTPPORT, e.g. npm start -- --LB_HTTPPORT 8081',
    );
  });

  it('names all ports at once, so that nobody has to find out one by one', () => {
    const taken = [
      { port: 5799, parameter: 'LB_CLIENTPULLPORT', free: 5800 },
      { port: 5699, parameter: 'LB_WKPULLPORT', free: 5700 },
      { port: 8080, parameter: 'LB_HTTPPORT', free: 8082 },
    ] as const;
    expect(new PortsTakenError(taken, 'penstock up').message).toBe(
      'ports 5799, 5699 and 8080 are taken: choose others with LB_CLIENTPULLPORT, LB_WKPULLPORT and LB_HTTPPORT, ' +
        'e.g. penstock up --LB_CLIENTPULLPORT 5800 --LB_WKPULLPORT 5700 --LB_HTTPPORT 8082',
    );
  });
});
