import {
  Alert,
  Button,
  Code,
  Drawer,
  Group,
  Progress,
  Stack,
  Table,
  Text,
  type MantineColor,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { api, ApiError, type TaskDetail } from '../../api/client.js';
import { queryKeys } from '../../api/query-keys.js';
import { useLive } from '../../live/live-context.js';
import { useMay } from '../../session/session-context.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { StateBadge } from '../../ui/state-badge.js';
import { factsOf, withEvents } from './task-in-full.js';
import { doing, isCancellable, isDead } from './task-rows.js';
import { TaskStory } from './task-story.js';

/** One task in full, beside the list. It follows what happens to the task. */
export function TaskDrawer({
  taskId,
  onClose,
}: {
  readonly taskId: string | undefined;
  readonly onClose: () => void;
}) {
  return (
    <Drawer
      opened={taskId !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title="Task"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {taskId === undefined ? null : <TaskInFull taskId={taskId} />}
    </Drawer>
  );
}

function TaskInFull({ taskId }: { readonly taskId: string }) {
  const queries = useQueryClient();
  const live = useLive().tasks?.find((task) => task.taskId === taskId);
  const key = queryKeys.task(taskId);
  const { data, error, isPending } = useQuery({ queryKey: key, queryFn: () => api.task(taskId) });
  // Events tell that something has changed; what its result is, the balancer is asked.
  useEffect(
    () => void queries.invalidateQueries({ queryKey: queryKeys.task(taskId) }),
    [queries, taskId, live?.state, live?.attempt, live?.cancelling],
  );
  if (isPending) return <NothingHere title="Looking …" />;
  if (error !== null) {
    const isGone = error instanceof ApiError && error.status === 404;
    return (
      <NothingHere title={isGone ? 'This task is not known any more' : 'The task could not be read'}>
        {isGone ? 'Ended tasks are forgotten after some time.' : error.message}
      </NothingHere>
    );
  }
  return <TaskText task={withEvents(data, live)} />;
}

function TaskText({ task }: { readonly task: TaskDetail }) {
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="xs" role="status" aria-live="polite">
          <StateBadge state={task.state} />
          <Text size="sm" className="quiet">
            {doing(task)}
          </Text>
        </Group>
        {isDead(task) ? <RerunButton task={task} /> : <CancelButton task={task} />}
      </Group>
      {task.state === 'running' ? <Progress value={task.progress} aria-label="Progress" animated /> : null}
      <Outcome task={task} />
      <Table variant="vertical" layout="fixed" withTableBorder verticalSpacing={4}>
        <Table.Tbody>
          {factsOf(task).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={110}>{name}</Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {task.history === undefined ? null : <TaskStory history={task.history} />}
    </Stack>
  );
}

function Outcome({ task }: { readonly task: TaskDetail }) {
  const { state, result, resultBase64, error } = task;
  if (error !== undefined) {
    return (
      <Alert color="red" title={`${error.name}: ${error.message}`}>
        {error.stack === undefined ? null : <pre className="payload mono">{error.stack}</pre>}
      </Alert>
    );
  }
  if (state !== 'done') return null;
  const text = resultBase64 === undefined ? JSON.stringify(result, null, 2) : `${resultBase64} (base64)`;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Result
      </Text>
      <Code block className="payload" data-testid="result">
        {text ?? 'dropped: results are kept for a while only'}
      </Code>
    </div>
  );
}

function CancelButton({ task }: { readonly task: TaskDetail }) {
  const cancel = useChange(task, api.cancel);
  if (!useMay('submit') || !isCancellable(task)) return null;
  return (
    <ChangeButton change={cancel} color="red">
      Cancel this task
    </ChangeButton>
  );
}

function RerunButton({ task }: { readonly task: TaskDetail }) {
  const rerun = useChange(task, api.rerun);
  return useMay('operate') ? <ChangeButton change={rerun}>Run this task again</ChangeButton> : null;
}

/** Does something to a task, after which it is looked at anew. */
function useChange({ taskId }: TaskDetail, change: (taskId: string) => Promise<void>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => change(taskId),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: queryKeys.dead });
      return queries.invalidateQueries({ queryKey: queryKeys.task(taskId) });
    },
  });
}

function ChangeButton({
  change,
  color,
  children,
}: {
  readonly change: ReturnType<typeof useChange>;
  readonly color?: MantineColor;
  readonly children: ReactNode;
}) {
  return (
    <Group gap="xs">
      {change.error === null ? null : (
        <Text size="sm" c="red" role="alert">
          {change.error.message}
        </Text>
      )}
      <Button
        size="xs"
        variant="light"
        loading={change.isPending}
        onClick={() => change.mutate()}
        {...(color === undefined ? {} : { color })}
      >
        {children}
      </Button>
    </Group>
  );
}
