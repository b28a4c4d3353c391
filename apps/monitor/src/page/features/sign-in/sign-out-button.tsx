import { ActionIcon, Tooltip } from '@mantine/core';
import { useSession } from '../../session/session-context.js';

/** Ends the session of this browser. Shows whose it is. */
export function SignOutButton() {
  const { state, store } = useSession();
  if (state.kind !== 'in' || state.who?.by !== 'session') return null;
  const { name, role } = state.who;
  return (
    <Tooltip label={`Sign out (${name}, ${role})`}>
      <ActionIcon variant="default" size="lg" aria-label="Sign out" onClick={() => void store.signOut()}>
        <span aria-hidden>⏻</span>
      </ActionIcon>
    </Tooltip>
  );
}
