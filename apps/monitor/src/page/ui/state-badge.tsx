import { Badge, type MantineColor } from '@mantine/core';
import type { Task } from '../api/client.js';

const colors: Record<Task['state'], MantineColor> = {
  queued: 'gray',
  delayed: 'indigo',
  running: 'blue',
  done: 'teal',
  failed: 'red',
  cancelled: 'orange',
  expired: 'grape',
};

/** The state of a task, by word and colour. */
export function StateBadge({ state }: { readonly state: Task['state'] }) {
  return (
    <Badge
      color={colors[state]}
      variant={state === 'queued' ? 'default' : 'light'}
      radius="sm"
      tt="none"
      miw="max-content"
    >
      {state}
    </Badge>
  );
}
