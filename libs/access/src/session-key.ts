import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const BYTES_MIN = 32;

/** The secret that signs browser sessions. Whoever has it can tell a session, and can make one. */
export class SessionKey {
  /** A cookie is sent to every port of a host: this name tells those of one Penstock from another's beside it. */
  readonly cookieName: string;

  private constructor(private readonly secret: Buffer) {
    const print = createHash('sha256').update(secret).digest('hex').slice(0, 8);
    this.cookieName = `penstock-${print}`;
  }

  /** One that nobody else has. */
  static random(): SessionKey {
    return new SessionKey(randomBytes(BYTES_MIN));
  }

  /**
   * The key that a file holds.
   *
   * @throws Error when that is too short for one
   */
  static parse(text: string): SessionKey {
    const secret = Buffer.from(text.trim(), 'base64url');
    if (secret.byteLength < BYTES_MIN)
      throw new Error(`expected ${BYTES_MIN} bytes in base64url, not ${secret.byteLength}`);
    return new SessionKey(secret);
  }

  sign(text: string): string {
    const body = Buffer.from(text).toString('base64url');
    return `${body}.${this.mac(body).toString('base64url')}`;
  }

  /** What was signed; `undefined` when it was not, or not with this key. */
  open(signed: string): string | undefined {
    const [body = '', mac = '', ...more] = signed.split('.');
    const presented = Buffer.from(mac, 'base64url');
    const right = this.mac(body);
    if (more.length > 0 || presented.byteLength !== right.byteLength) return undefined;
    return timingSafeEqual(presented, right) ? Buffer.from(body, 'base64url').toString() : undefined;
  }

  private mac(body: string): Buffer {
    return createHmac('sha256', this.secret).update(`session:${body}`).digest();
  }
}
