import type { Server as NetServer } from 'node:net';
import { Server } from 'node:tls';
import { believeIn, certificateIn } from './certificates.js';
import { WatchedFile } from './watched-file.js';

/** Where a certificate and its key are, and which parameters say so. */
export interface CertificateFiles {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly parameters: string;
}

/** Told of certificates that come and of those that are of no use. */
export interface CertificateLog {
  log(line: string): void;
  error(line: string): void;
}

/**
 * Has a TLS server show the certificate that is in its files now, a second or two after these change; connections that are
 * open stay so. Files that do not belong together, as when one of two has been written, change nothing. Ends with the server;
 * one that speaks in the clear has nothing to show.
 *
 * @param sign what the lines in the log begin with, such as `LB`
 */
export function followCertificate(
  server: NetServer,
  { cert, key, parameters }: CertificateFiles,
  log: CertificateLog,
  sign: string,
): void {
  if (!(server instanceof Server)) return;
  const renew = (): void => {
    try {
      server.setSecureContext(certificateIn(cert, key, parameters) ?? {});
      log.log(`${sign} - THE CERTIFICATE IN ${cert} IS A NEW ONE, and is shown from now on`);
    } catch (error) {
      log.error(`${sign} - WARNING : ${(error as Error).message}: the certificate before it holds on`);
    }
  };
  const files = watchedFiles([cert, key], log, sign, renew);
  server.once('close', () => files.forEach((file) => file.close()));
}

/**
 * Has this process believe in certificates as they are renewed: in the new ones beside those before.
 *
 * @returns ends it
 */
export function followBelief(
  certs: readonly (string | undefined)[],
  log: CertificateLog,
  sign: string,
): () => void {
  const renew = (): void => {
    try {
      believeIn(certs);
    } catch (error) {
      log.error(`${sign} - WARNING : ${(error as Error).message}: those before are believed in`);
    }
  };
  const files = watchedFiles(certs, log, sign, renew);
  return () => files.forEach((file) => file.close());
}

function watchedFiles(
  paths: readonly (string | undefined)[],
  log: CertificateLog,
  sign: string,
  onChanged: () => void,
): readonly WatchedFile<string | undefined>[] {
  const onProblem = (problem: string): void => log.error(`${sign} - WARNING : ${problem}`);
  return paths
    .filter((path) => path !== undefined)
    .map((path) => new WatchedFile(path, (text) => text, onProblem, onChanged));
}
