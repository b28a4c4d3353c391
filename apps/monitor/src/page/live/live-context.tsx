import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { FeedStatus } from '../api/event-feed.js';
import type { LiveState } from './live-state.js';
import { LiveStore } from './live-store.js';

const LiveContext = createContext<LiveStore | undefined>(undefined);

/**
 * Opens the connections of the page, and keeps them as long as it is shown.
 *
 * @param onStatus called when the balancer tells what happens, and at each attempt that fails
 */
export function LiveProvider({
  onStatus,
  children,
}: {
  readonly onStatus: (status: FeedStatus) => void;
  readonly children: ReactNode;
}) {
  const [store] = useState(() => new LiveStore(onStatus));
  useEffect(() => store.open(), [store]);
  return <LiveContext value={store}>{children}</LiveContext>;
}

/** What happens now. */
export function useLive(): LiveState {
  const store = useContext(LiveContext);
  if (store === undefined) throw new Error('useLive is used within a LiveProvider');
  return useSyncExternalStore(store.subscribe, store.get);
}
