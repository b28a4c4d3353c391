import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { LiveState } from './live-state.js';
import { LiveStore } from './live-store.js';

const LiveContext = createContext<LiveStore | undefined>(undefined);

/** Opens the connections of the page, and keeps them as long as it is shown. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState(() => new LiveStore());
  useEffect(() => store.open(), [store]);
  return <LiveContext value={store}>{children}</LiveContext>;
}

/** What happens now. */
export function useLive(): LiveState {
  const store = useContext(LiveContext);
  if (store === undefined) throw new Error('useLive is used within a LiveProvider');
  return useSyncExternalStore(store.subscribe, store.get);
}
