/** Transport ids: each handler names the port that it serves, so that no role's message is heard on another's port. */
export const CLIENTS = Symbol('clients');
export const HUBS = Symbol('hubs');
export const CONTROL = Symbol('control');
