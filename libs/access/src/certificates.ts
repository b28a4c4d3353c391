import { PenstockError } from '@penstock/protocol';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, setDefaultCACertificates } from 'node:tls';

/** A certificate and its key, as a TLS server takes them. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * The certificate that a server shows, and its key, from their files in PEM.
 *
 * @param parameters those that name the files
 * @returns none when no file is named: the server speaks in the clear
 * @throws PenstockError `INVALID_CERTIFICATE` when one is missing, or they do not belong together
 */
export function certificateIn(
  certFile: string | undefined,
  keyFile: string | undefined,
  parameters: string,
): Certificate | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) throw invalid(`${parameters} go together: set both`);
  const certificate = { cert: pemIn(certFile), key: pemIn(keyFile) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw invalid(`${certFile} and ${keyFile} are no certificate and its key`, error);
  }
  return certificate;
}

/**
 * Lets this process believe in servers that show these certificates, beside those that it believes in anyway.
 *
 * @param files in PEM; those that are `undefined` are left out
 * @throws PenstockError `INVALID_CERTIFICATE`
 */
export function believeIn(files: readonly (string | undefined)[]): void {
  const pems = files.filter((file) => file !== undefined).map((file) => [file, pemIn(file)] as const);
  for (const [file, pem] of pems) {
    try {
      setDefaultCACertificates([...getCACertificates('default'), pem]);
    } catch (error) {
      throw invalid(`${file} is no certificate`, error);
    }
  }
}

function pemIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
}

function invalid(message: string, cause?: unknown): PenstockError {
  return new PenstockError('INVALID_CERTIFICATE', message, { cause });
}
