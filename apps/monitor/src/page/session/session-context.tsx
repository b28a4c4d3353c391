import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Right } from '../api/client.js';
import { SessionStore, type SessionState } from './session-store.js';

const SessionContext = createContext<SessionStore | undefined>(undefined);

/** Finds out who is signed in, and remembers it as long as the page is open. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState(() => new SessionStore());
  useEffect(() => void store.ask(), [store]);
  return <SessionContext value={store}>{children}</SessionContext>;
}

/** Who is signed in, and what changes that. */
export function useSession(): { readonly state: SessionState; readonly store: SessionStore } {
  const store = useContext(SessionContext);
  if (store === undefined) throw new Error('useSession is used within a SessionProvider');
  return { store, state: useSyncExternalStore(store.subscribe, store.get) };
}

/** Whether to offer something. The server has the last word; what it would refuse is not offered. */
export function useMay(right: Right): boolean {
  const { state } = useSession();
  return state.kind === 'in' && (state.who === undefined || state.who.rights.includes(right));
}
