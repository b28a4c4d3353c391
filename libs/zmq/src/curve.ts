import { PenstockError } from '@penstock/protocol';
import { capability } from 'zeromq';

/** A socket's own keys, each a text of 40 letters in Z85. */
export interface CurveKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** With what a dialling socket shows who it is, and knows whom it dials. */
export interface CurveClient extends CurveKeys {
  /** The public key of the end that is dialled: no other is talked to. */
  readonly serverKey: string;
}

/** Settings of a bound socket. */
export function curveServerSettings({ publicKey, secretKey }: CurveKeys) {
  requireCurve();
  return { curveServer: true, curvePublicKey: publicKey, curveSecretKey: secretKey };
}

/** Settings of a dialling socket. */
export function curveClientSettings({ publicKey, secretKey, serverKey }: CurveClient) {
  requireCurve();
  return { curvePublicKey: publicKey, curveSecretKey: secretKey, curveServerKey: serverKey };
}

/** @throws PenstockError `CURVE_MISSING` */
function requireCurve(): void {
  if (capability.curve === true) return;
  throw new PenstockError(
    'CURVE_MISSING',
    'keys were given, but this build of ZeroMQ cannot encrypt: install zeromq 6.3 or newer with its own binary (it has libsodium)',
  );
}
