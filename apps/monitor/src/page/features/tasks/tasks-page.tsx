import { Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useLive } from '../../live/live-context.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { Panel } from '../../ui/panel.js';
import { TaskDrawer } from './task-drawer.js';
import { filterTasks, noFilter, type TaskFilter } from './task-rows.js';
import { TaskTable } from './task-table.js';

const states = ['queued', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;

/** The latest tasks; one of them in full. */
export function TasksPage() {
  const { taskId } = useParams();
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <Title order={1}>Tasks</Title>
      <TasksPanel />
      <TaskDrawer taskId={taskId} onClose={() => void navigate('/tasks')} />
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
