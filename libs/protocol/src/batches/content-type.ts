/** What a payload's bytes are. The balancer passes them on and reads neither. */
export const ContentType = {
  /** UTF-8 JSON text: what clients and handlers see as values. */
  json: 0,
  /** Bytes as they are: what clients and handlers see as `Uint8Array`. */
  bytes: 1,
} as const;
export type ContentType = (typeof ContentType)[keyof typeof ContentType];
