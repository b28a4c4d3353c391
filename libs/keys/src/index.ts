export { BalancerFolder, initKeys, type KeyGrant } from './balancer-folder.js';
export { newKeyPair, publicKeyOf, type KeyPair } from './key-pair.js';
export { KeyRing, type KeyRefusal, type KeyRingListener, type Principal } from './key-ring.js';
export { PeerKey, type DiallingKeys } from './peer-key.js';
export { isProven, prove, sharedSecret, type Statement } from './proof.js';
export { admits, admittedRoles, roles, type PortName, type Role } from './roles.js';
export type { AllowedKey, PeerKeyFile } from './schemas.js';
export { KEY_BYTES, keyBytes, keyText } from './z85.js';
