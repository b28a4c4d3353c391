/** What the read loop needs of a socket. */
interface Source {
  readonly closed: boolean;
  receive(): Promise<Uint8Array[]>;
}

/**
 * Reads a socket until it is closed: the one reader that each socket has. A promise that the handler returns is awaited
 * before the next message, so that messages keep their order; what the handler throws is reported and the loop goes on.
 */
export async function readLoop(
  socket: Source,
  onMessage: (message: Uint8Array[]) => void | Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    let message: Uint8Array[];
    try {
      message = await socket.receive();
    } catch (error) {
      if (!socket.closed) onError(error);
      return;
    }
    if (socket.closed) return;
    try {
      const pending = onMessage(message);
      if (pending !== undefined) await pending;
    } catch (error) {
      onError(error);
    }
  }
}
