import { loadParameters, toEnvironment } from '@penstock/parameters';
import { describe, expect, it } from 'vitest';
import { dialAddress, httpUrl, localParameters } from './local-parameters.js';

const ports = {
  LB_CLIENTPULLPORT: 11,
  LB_WKPULLPORT: 12,
  LB_HCREPPORT: 13,
  LB_HTTPPORT: 14,
  MONITOR_PORT: 15,
};

function environment(...argv: readonly string[]): Record<string, string> {
  return toEnvironment(localParameters(loadParameters('launcher', { argv, env: {}, cwd: '/' }), ports));
}

describe('localParameters', () => {
  it('hands on the ports that were chosen', () => {
    expect(environment('--LB_HTTPPORT', '0')).toMatchObject({
      LB_CLIENTPULLPORT: '11',
      LB_WKPULLPORT: '12',
      LB_HCREPPORT: '13',
      LB_HTTPPORT: '14',
      MONITOR_PORT: '15',
    });
  });

  it('takes what a command wants, unless somebody has said otherwise', () => {
    const own = { PENSTOCK_DATA: 'none' };
    const given = (...argv: readonly string[]) =>
      localParameters(loadParameters('launcher', { argv, env: {}, cwd: '/' }), ports, own).values
        .PENSTOCK_DATA;
    expect(given()).toBe('none');
    expect(given('--PENSTOCK_DATA', 'here')).toBe('here');
  });

  it('lets the hub watch its tasks and stop within seconds', () => {
    expect(environment()).toMatchObject({ WKHUB_WATCH: 'true', WKHUB_DRAIN_TIMEOUT: '1500ms' });
  });

  it('lets the hub dial what the balancer binds', () => {
    expect(environment('--LB_BIND', '0.0.0.0', '--insecure')).toMatchObject({
      LB_BIND: '0.0.0.0',
      LB_IP: '127.0.0.1',
    });
    expect(environment('--LB_BIND', '127.0.0.2')).toMatchObject({ LB_BIND: '127.0.0.2', LB_IP: '127.0.0.2' });
  });

  it('lets clients show the key beside that of the balancer', () => {
    expect(environment('--PENSTOCK_KEYS', 'keys/balancer')).toMatchObject({
      PENSTOCK_KEYS: 'keys/balancer',
      PENSTOCK_KEY: 'keys/client/peer.key',
    });
  });

  it('leaves alone what somebody has chosen', () => {
    const argv = ['--WKHUB_WATCH=false', '--WKHUB_DRAIN_TIMEOUT=20s', '--LB_IP=penstock.test'];
    expect(environment(...argv)).toMatchObject({
      WKHUB_WATCH: 'false',
      WKHUB_DRAIN_TIMEOUT: '20s',
      LB_IP: 'penstock.test',
    });
  });
});

describe('dialAddress', () => {
  it('is loopback for an address that means all', () => {
    expect(['0.0.0.0', '::', '192.0.2.1'].map(dialAddress)).toEqual(['127.0.0.1', '::1', '192.0.2.1']);
  });
});

describe('httpUrl', () => {
  it('writes an IPv6 address as URLs have it', () => {
    expect(httpUrl({ LB_IP: '127.0.0.1', LB_HTTPPORT: 8080, LB_HTTPCERT: undefined })).toBe(
      'http://127.0.0.1:8080',
    );
    expect(httpUrl({ LB_IP: '::1', LB_HTTPPORT: 8080, LB_HTTPCERT: undefined })).toBe('http://[::1]:8080');
  });

  it('says TLS where the port has a certificate', () => {
    expect(httpUrl({ LB_IP: '127.0.0.1', LB_HTTPPORT: 8080, LB_HTTPCERT: 'cert.pem' })).toBe(
      'https://127.0.0.1:8080',
    );
  });
});
