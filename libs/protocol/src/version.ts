/** The wire protocol's version: the fifth byte of each frame's head. Another version is answered `UNSUPPORTED_VERSION`. */
export const PROTOCOL_VERSION = 1;
