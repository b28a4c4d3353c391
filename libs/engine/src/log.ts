/** What the engine needs of a logger. */
export interface Log {
  log(message: string): void;
  warn(message: string): void;
}
