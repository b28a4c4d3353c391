import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, deadStates, type DeadQuery, type TaskPage } from '../../api/client.js';
import { queryKeys } from '../../api/query-keys.js';
import { useLive } from '../../live/live-context.js';
import { useMay } from '../../session/session-context.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { Panel } from '../../ui/panel.js';
import {
  deadQuery,
  mergePages,
  noDeadFilter,
  rerunQuestion,
  rerunTrouble,
  type DeadFilter,
} from './dead-tasks.js';
import { TaskTable } from './task-table.js';

/** Tasks that ended without a result, asked for anew whenever one more has. */
export function DeadPanel() {
  const [filter, setFilter] = useState(noDeadFilter);
  const query = deadQuery(filter);
  const { data, error } = useDeadTasks(query);
  const mayRerun = useMay('operate');
  const aside = (
    <Group gap="xs">
      <Filters filter={filter} onChange={setFilter} />
      {!mayRerun || data === undefined || data.tasks.length === 0 ? null : (
        <RerunAll page={data} query={query} />
      )}
    </Group>
  );
  return (
    <Panel title="Dead tasks" aside={aside} isFlush>
      {error === null ? null : <NothingHere title="They could not be read">{error.message}</NothingHere>}
      {data === undefined && error === null ? <NothingHere title="Looking …" /> : null}
      {data?.tasks.length === 0 ? (
        <NothingHere title="No dead task is like that">
          A task that fails, expires or is cancelled is kept here for a while, and can be run again.
        </NothingHere>
      ) : null}
      {data !== undefined && data.tasks.length > 0 ? <TaskTable tasks={data.tasks} doingTitle="Why" /> : null}
      {data?.hasMore === true ? (
        <Text size="sm" className="quiet" px="md" py="xs">
          There are more: narrow them down to see others.
        </Text>
      ) : null}
    </Panel>
  );
}

function useDeadTasks(query: DeadQuery) {
  const queries = useQueryClient();
  const { stats } = useLive();
  const ended = stats?.tasks.reduce(
    (sum, { failed, expired, cancelled }) => sum + failed + expired + cancelled,
    0,
  );
  useEffect(() => void queries.invalidateQueries({ queryKey: queryKeys.dead }), [queries, ended]);
  const states = query.state === undefined ? deadStates : [query.state];
  return useQuery({
    queryKey: [...queryKeys.dead, query],
    queryFn: async () => mergePages(await Promise.all(states.map((state) => api.dead({ ...query, state })))),
  });
}

function Filters({
  filter,
  onChange,
}: {
  readonly filter: DeadFilter;
  readonly onChange: (filter: DeadFilter) => void;
}) {
  const { stats } = useLive();
  const names = stats?.tasks.map(({ name }) => name).toSorted() ?? [];
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Task"
        data={[{ value: '', label: 'Any task' }, ...names]}
        value={filter.name}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, name: value })}
      />
      <TextInput
        size="xs"
        aria-label="User"
        placeholder="Any user"
        value={filter.userId}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, userId: value })}
      />
      <NativeSelect
        size="xs"
        aria-label="State"
        data={[{ value: '', label: 'Any state' }, ...deadStates]}
        value={filter.state}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, state: value })}
      />
    </>
  );
}

/** Runs all that match again, once that has been confirmed. */
function RerunAll({ page, query }: { readonly page: TaskPage; readonly query: DeadQuery }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const rerun = useMutation({
    mutationFn: async () => {
      const trouble = rerunTrouble(await api.rerunMany(query));
      if (trouble !== undefined) throw new Error(trouble);
    },
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.dead }),
  });
  const ask = (): void => {
    rerun.reset();
    open();
  };
  return (
    <>
      <Button size="xs" variant="light" onClick={ask}>
        Run all again
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Run tasks again"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          <Text>{rerunQuestion(page, query)}</Text>
          {rerun.error === null ? null : (
            <Text size="sm" c="red" role="alert">
              {rerun.error.message}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave them
            </Button>
            <Button loading={rerun.isPending} onClick={() => rerun.mutate()}>
              Run them again
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
