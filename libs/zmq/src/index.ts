export type { CurveClient, CurveKeys } from './curve.js';
export { DealerSocket, type DealerSocketOptions } from './dealer-socket.js';
export { transportOf, type Transport } from './endpoint.js';
export { readIncoming, type Incoming } from './incoming.js';
export { peerKey } from './peer-key.js';
export { ReadyGate } from './ready-gate.js';
export { RouterSocket, type RouterSocketOptions, type SocketCounters } from './router-socket.js';
export type {
  Dealer,
  LossReason,
  OpenDealer,
  OutgoingEvent,
  SessionLinkCloseOptions,
  SessionLinkCounters,
  SessionLinkOptions,
  SessionLinkSettings,
  WelcomeTerms,
} from './session-link-options.js';
export { SessionLink } from './session-link.js';
export { WakeUp } from './wake-up.js';
export type { Caller, Judge } from './zap.js';
