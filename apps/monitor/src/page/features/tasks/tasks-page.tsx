import { Group, NativeSelect, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useLive } from '../../live/live-context.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { Panel } from '../../ui/panel.js';
import { DeadPanel } from './dead-panel.js';
import { TaskDrawer } from './task-drawer.js';
import { filterTasks, noFilter, type TaskFilter } from './task-rows.js';
import { TaskTable } from './task-table.js';

const states = ['queued', 'delayed', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;

/** In the address: which of the lists is shown. */
const DEAD = 'dead';

/** The latest tasks, or the dead ones; one of them in full. */
export function TasksPage() {
  const { taskId } = useParams();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const isDead = search.has(DEAD);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>Tasks</Title>
        <SegmentedControl
          size="xs"
          aria-label="Which tasks"
          data={[
            { value: '', label: 'Latest' },
            { value: `?${DEAD}`, label: 'Dead' },
          ]}
          value={isDead ? `?${DEAD}` : ''}
          onChange={(which) => void navigate({ pathname: '/tasks', search: which })}
        />
      </Group>
      {isDead ? <DeadPanel /> : <TasksPanel />}
      <TaskDrawer
        taskId={taskId}
        onClose={() => void navigate({ pathname: '/tasks', search: search.toString() })}
      />
    </Stack>
  );
}

function TasksPanel() {
  const { tasks, skippedTaskEvents } = useLive();
  const [filter, setFilter] = useState(noFilter);
  const shown = tasks === undefined ? [] : filterTasks(tasks, filter);
  const aside = <Filters filter={filter} onChange={setFilter} />;
  return (
    <Panel title="Latest tasks" aside={aside} isFlush>
      {tasks === undefined ? <NothingHere title="Looking …" /> : null}
      {tasks?.length === 0 ? (
        <NothingHere title="No tasks yet">
          Hand one in with “Submit a task” above, from a script, or with <code>penstock submit</code>.
        </NothingHere>
      ) : null}
      {tasks !== undefined && tasks.length > 0 && shown.length === 0 ? (
        <NothingHere title="None of the latest tasks is like that" />
      ) : null}
      {shown.length > 0 ? <TaskTable tasks={shown} /> : null}
      {skippedTaskEvents > 0 ? (
        <Text size="sm" className="quiet" px="md" py="xs">
          So much happens that {skippedTaskEvents} changes were not shown in the last second. The figures have
          all of them.
        </Text>
      ) : null}
    </Panel>
  );
}

function Filters({
  filter,
  onChange,
}: {
  readonly filter: TaskFilter;
  readonly onChange: (filter: TaskFilter) => void;
}) {
  return (
    <Group gap="xs">
      <TextInput
        size="xs"
        aria-label="Name, user or id"
        placeholder="Name, user or id"
        value={filter.text}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, text: value })}
      />
      <NativeSelect
        size="xs"
        aria-label="State"
        data={[{ value: '', label: 'Any state' }, ...states]}
        value={filter.state}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...filter, state: value as TaskFilter['state'] })
        }
      />
    </Group>
  );
}
