import type { Identity } from '@penstock/protocol';
import { readKeyFile } from './key-file.js';
import type { KeyPair } from './key-pair.js';
import { prove, sharedSecret } from './proof.js';
import { peerKeySchema, type PeerKeyFile } from './schemas.js';

/** The keys with which a socket dials, each a text of 40 letters. */
export interface DiallingKeys {
  readonly publicKey: string;
  readonly secretKey: string;
  /** The key of the end that is dialled: no other is talked to. */
  readonly serverKey: string;
}

/** The key of somebody who dials: a client, a hub, a health check, a command. */
export class PeerKey {
  private secret: Buffer | undefined;

  constructor(readonly file: PeerKeyFile) {}

  /**
   * Reads the file that PENSTOCK_KEY names.
   *
   * @throws PenstockError `INVALID_KEY`
   */
  static read(path: string): PeerKey {
    return new PeerKey(readKeyFile(path, peerKeySchema, true));
  }

  /** With what it binds. */
  get pair(): KeyPair {
    const { publicKey, secretKey } = this.file;
    return { publicKey, secretKey };
  }

  /** @param serverKey whom to dial; default: the balancer */
  curve(serverKey: string = this.file.balancer): DiallingKeys {
    return { ...this.pair, serverKey };
  }

  /**
   * Says to the balancer who this is.
   *
   * @param pattern of the message that says it
   * @param subject the incarnation that it is about, if it is about one
   */
  identity(pattern: string, subject = ''): Identity {
    const { publicKey, secretKey, balancer: to } = this.file;
    this.secret ??= sharedSecret(secretKey, to);
    return prove(publicKey, this.secret, { pattern, subject, to });
  }
}
