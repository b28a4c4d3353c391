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
        <svg
          width={16}
          height={16}
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          strokeWidth={2}
          aria-hidden
        >
          <path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 17l5-5-5-5M21 12H9" />
        </svg>
      </ActionIcon>
    </Tooltip>
  );
}
