import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { LiveState } from './live-state.js';
import { LiveStore } from './live-store.js';

const LiveContext = createContext<LiveStore | undefined>(undefined);

/**
 * Opens the connections of the page, and keeps them as long as it is shown.
 *
 * @param onLost called at each attempt that fails: the balancer is away, or does not know this browser any more
 */
export function LiveProvider({
  onLost,
  children,
}: {
  readonly onLost: () => void;
  readonly children: ReactNode;
}) {
  const [store] = useState(() => new LiveStore(onLost));
  useEffect(() => store.open(), [store]);
  return <LiveContext value={store}>{children}</LiveContext>;
}

/** What happens now. */
export function useLive(): LiveState {
  const store = useContext(LiveContext);
  if (store === undefined) throw new Error('useLive is used within a LiveProvider');
  return useSyncExternalStore(store.subscribe, store.get);
}
